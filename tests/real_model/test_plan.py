"""A whole plan with the real model at its head and the rules behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.real_model.served import MARKS, MODEL, Books, Served

from nexusplanner import Planner, Settings
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.model import JsonObject
from nexusplanner.llm.messages import request_text
from nexusplanner.llm.price import Prices
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.tokens import count_tokens
from nexusplanner.settings import Limits

pytestmark = MARKS

BRIEF: JsonObject = {
    "name": "Spring at the kiln",
    "offering": {"name": "Kiln & Clay", "price": "95"},
    "objective": {"metric": "conversions", "target": 40},
    "budget": {"amount": 4000, "currency": "EUR"},
    "period": {"start": "2027-03-01", "end": "2027-03-28"},
    "channels": {"allowed": ["email"]},
}
LIMITS = Limits(max_calls=1, max_tokens=96, call_timeout_s=600)
"""One section is asked of the model, some thousand tokens that it reads slowly; the rules write the others."""
TODAY = date(2026, 11, 2)


def test_a_plan_says_who_wrote_what_at_what_cost(served: Served) -> None:
    """Whatever so small a model writes: the plan holds, and its books are the server's own."""
    before = served.books()
    settings = Settings(openai_base_url=served.base_url, limits=LIMITS)
    with Planner(models=[MODEL], settings=settings, clock=lambda: TODAY) as planner:
        plan = planner.plan(BRIEF).plan
        bill = planner.costs(by="model")
    took = served.books() - before
    assert plan is not None
    report = verify_plan(plan)
    assert report.ok, report.failures
    assert plan.status == "degraded"
    assert {(p.rung, p.model) for p in plan.provenance} <= {("model", MODEL), ("rules", ""), ("code", "")}
    assert any("model calls are used" in d.reason for d in plan.degraded)
    assert took.tokens_out > 0
    assert plan.cost.calls == LIMITS.max_calls
    assert Books(bill.total.tokens_in, bill.total.tokens_out) == took
    assert plan.cost.usd == Prices().usd(MODEL, tokens_in=took.tokens_in, tokens_out=took.tokens_out)
    assert Decimal(0) < plan.cost.usd <= LIMITS.usd
    assert [(line.name, line.calls, line.usd) for line in bill.lines] == [(MODEL, 1, plan.cost.usd)]


def test_no_prompt_of_a_plan_is_longer_than_was_reckoned(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The money that is held before a call covers what the model's own vocabulary makes of it."""
    asked: list[tuple[str, str]] = []
    original = RulesModel.answer

    async def kept(self: RulesModel, request: Request[T]) -> Answer[T]:
        asked.append((request.task, request_text(request)))
        return await original(self, request)

    monkeypatch.setattr(RulesModel, "answer", kept)
    with Planner(models=["rules"], settings=Settings(), clock=lambda: TODAY) as planner:
        planner.plan(BRIEF)
    assert len({task for task, _ in asked}) >= 5
    short = [
        f"{task}: {counted} tokens, reckoned {reckoned}"
        for task, text in asked
        if (counted := served.prompt_tokens([{"role": "user", "content": text}]))
        > (reckoned := count_tokens(text, MODEL).tokens)
    ]
    assert not short, "\n".join(short)
