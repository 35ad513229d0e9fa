"""Whole plans by models that fail, invent or do well: what is wrong stays out of the plan, what is right is in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
from langchain_core.messages import BaseMessage
from pydantic import SecretStr
from tests.unit.calculators.markets import long_history
from tests.unit.llm.cutting import cutting, texts_of

from nexusplanner import CampaignPlan, Planner, Settings
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import LENSES
from nexusplanner.llm.breaker import Breaker
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.chat import ChatRung
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.guarded import Guarded
from nexusplanner.llm.loading import wire_of
from nexusplanner.llm.repaired import Repaired
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.sectioned import Sectioned
from nexusplanner.llm.timed import Timed
from nexusplanner.planner import wiring
from nexusplanner.settings import Limits
from nexusplanner.testing.history import InMemoryHistory
from nexusplanner.testing.openai_server import Completion, OpenAIServer
from nexusplanner.testing.scripted import ScriptedChatModel, Step

BRIEF = {
    "name": "Harbour Lane, spring",
    "offering": {"name": "Harbour Lane Coffee", "price": "24.00", "value_props": ["Roasted to order", "No contract"]},
    "objective": {"metric": "conversions", "target": 3000},
    "budget": {"amount": 40000, "currency": "USD"},
    "period": {"start": "2027-03-01", "end": "2027-04-25"},
}
Said = dict[tuple[str, str], str]
"""Instruction and data, and the reply to them."""
MADE_UP_ID, MADE_UP_NUMBER = "ev-history-deadbeef", "987,654"
PROSE = frozenset(
    {
        "positioning",
        "big_idea",
        "text",
        "message",
        "why",
        "role",
        "summary",
        "risk",
        "sign",
        "answer",
        "gap",
        "argument",
    }
)


def planned(*models: str | ScriptedChatModel, settings: Settings | None = None) -> CampaignPlan:
    """Plan the brief with some models."""
    planner = Planner(
        history=InMemoryHistory(long_history(weeks=60)),
        models=models,
        settings=settings or Settings(),
        clock=lambda: date(2026, 11, 2),
    )
    with planner:
        plan = planner.plan(BRIEF).plan
    assert plan is not None
    report = verify_plan(plan)
    assert report.ok, report.failures
    return plan


@pytest.fixture(scope="module")
def by_rules() -> tuple[CampaignPlan, Said]:
    """Plan on the rules alone, keeping each answer by the instruction and the data that asked for it."""
    said: Said = {}
    original = RulesModel.answer

    async def kept(self: RulesModel, request: Request[T]) -> Answer[T]:
        answer = await original(self, request)
        instruction = request.prompt.fill(request.variables)
        said[instruction, request.data()] = answer.value.model_dump_json()
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RulesModel, "answer", kept)
        return planned(), said


def reply_to(instruction: str, asked: str, said: Said) -> str | None:
    """Find what the rules said to a request: to its very data, else to its instruction."""
    known = [(data, reply) for (text, data), reply in said.items() if instruction.startswith(text)]
    exact = (reply for data, reply in known if data in asked)
    return next(exact, known[0][1] if known else None)


def chat(said: Said, change: Callable[[str], str] = str) -> ScriptedChatModel:
    """Make a chat model that gives the rules' answers, changed."""

    def step(messages: Sequence[BaseMessage]) -> Step:
        reply = reply_to(str(messages[0].content), str(messages[-1].content), said)
        return change(reply) if reply is not None else LookupError("the rules were never asked this")

    return ScriptedChatModel.playing(step, model_name="gpt-5-mini")


def test_good_answers_of_a_model_make_the_plan(by_rules: tuple[CampaignPlan, Said]) -> None:
    """Provenance names the model and its prompts, the cost is real and within the limit, nothing is lost."""
    rules, said = by_rules
    plan = planned(chat(said))
    assert (plan.status, plan.degraded) == ("complete", ())
    written = [p for p in plan.provenance if p.section != "numbers"]
    assert {(p.rung, p.model) for p in written} == {("model", "gpt-5-mini")}
    assert all(p.prompt_id and len(p.prompt_sha256) == 64 for p in written)
    assert Decimal(0) < plan.cost.usd <= Settings().limits.usd
    assert plan.cost.calls >= 10
    assert plan.cost.tokens_in > plan.cost.tokens_out > 0
    assert (plan.strategy, plan.budget, plan.claims) == (rules.strategy, rules.budget, rules.claims)
    assert {p.rung for p in rules.provenance} == {"code", "rules"}
    assert rules.cost.usd == 0


def test_a_provider_that_is_down_leaves_a_whole_plan_by_the_rules(
    by_rules: tuple[CampaignPlan, Said],
) -> None:
    """The plan is the rules' own, and ``degraded`` names every part and why."""
    rules, _ = by_rules
    with OpenAIServer([Completion("your account is closed", status=401)]) as server:
        settings = Settings(openai_api_key=SecretStr("sk-test"), openai_base_url=server.base_url)
        plan = planned("openai:gpt-5-mini", settings=settings)
    assert plan.status == "degraded"
    assert {"propose growth", "critique finance", "summary"} <= {d.part for d in plan.degraded}
    assert all("openai:gpt-5-mini" in d.reason and "account is closed" in d.reason for d in plan.degraded)
    assert {p.rung for p in plan.provenance} == {"code", "rules"}
    assert (plan.summary, plan.strategy, plan.budget) == (rules.summary, rules.strategy, rules.budget)
    assert server.requests


def test_without_money_no_call_reaches_the_provider() -> None:
    with OpenAIServer([Completion("{}")]) as server:
        settings = Settings(
            openai_api_key=SecretStr("sk-test"), openai_base_url=server.base_url, limits=Limits(usd="0")
        )
        plan = planned("openai:gpt-5-mini", settings=settings)
    assert server.requests == []
    assert plan.cost.usd == 0
    assert plan.degraded


def spoiled(node: object, *, ids: bool, numbers: bool) -> object:
    """Add a made-up number to every text, and a made-up id to every citation."""
    if isinstance(node, list):
        return [spoiled(child, ids=ids, numbers=numbers) for child in node]
    if not isinstance(node, dict):
        return node
    changed = {key: spoiled(child, ids=ids, numbers=numbers) for key, child in node.items()}
    for key, child in changed.items():
        if numbers and key in PROSE and isinstance(child, str) and child:
            changed[key] = f"{child} It brings {MADE_UP_NUMBER} more."
        if ids and key in {"evidence", "proof", "calculations"} and isinstance(child, list):
            changed[key] = [*child, MADE_UP_ID]
    return changed


@pytest.mark.parametrize(("ids", "numbers"), [(True, True), (True, False)])
def test_answers_with_made_up_ids_never_reach_the_plan(
    by_rules: tuple[CampaignPlan, Said], ids: bool, numbers: bool
) -> None:
    """Whatever cited something that does not exist was refused twice, and counted; not even the reason names the id."""
    _, said = by_rules
    plan = planned(chat(said, lambda reply: json.dumps(spoiled(json.loads(reply), ids=ids, numbers=numbers))))
    assert plan.degraded
    assert MADE_UP_ID not in plan.to_json()
    assert MADE_UP_NUMBER not in plan.to_json()
    refused = {r.part: r.count for r in plan.repairs if r.kind == "refused_reply"}
    assert refused.keys() >= {f"propose {lens}" for lens in LENSES}
    assert all(count >= 2 for count in refused.values())


def test_made_up_numbers_never_reach_what_the_plan_asserts(by_rules: tuple[CampaignPlan, Said]) -> None:
    """Sentences that hold one are left out, the expert's words stand in where none is left, and all are counted."""
    _, said = by_rules
    plan = planned(chat(said, lambda reply: json.dumps(spoiled(json.loads(reply), ids=False, numbers=True))))
    assert MADE_UP_NUMBER not in plan.to_json()
    mended = {r.part for r in plan.repairs if r.kind == "untraced_number"}
    refused = {r.part for r in plan.repairs if r.kind == "refused_reply"}
    assert {"summary", *(f"propose {lens}" for lens in LENSES)} <= mended | refused


def test_a_number_made_up_in_a_channels_role_alone_is_found(
    by_rules: tuple[CampaignPlan, Said],
) -> None:
    """Every text that the plan asserts is looked at, the short ones too."""
    _, said = by_rules

    def with_roles(reply: str) -> str:
        answer = json.loads(reply)
        for note in answer.get("channels", []):
            note["role"] = f"brings {MADE_UP_NUMBER} orders"
        return json.dumps(answer)

    plan = planned(chat(said, with_roles))
    assert MADE_UP_NUMBER not in plan.to_json()
    assert any(r.kind == "untraced_number" for r in plan.repairs)


def test_a_server_whose_every_reply_is_short_still_writes_the_whole_plan(
    by_rules: tuple[CampaignPlan, Said],
) -> None:
    """Answers that do not fit in one reply come in sections, and the plan is that of long replies."""
    rules, known = by_rules
    replies: list[Completion] = []

    def respond(body: JsonObject) -> Completion:
        system, _ = texts_of(body)
        whole = next(json.loads(reply) for asked, reply in known.items() if system.startswith(asked))
        replies.append(cutting(whole, most_tokens=250)(body))
        return replies[-1]

    with OpenAIServer(respond) as server, pytest.MonkeyPatch.context() as patch:
        model = in_sections(f"{server.origin}/v1", max_tokens=250)
        patch.setattr(wiring, "build_chain", lambda *_, **__: Fallback(model, wiring.rules_model()))
        plan = planned("openai:gpt-5-mini")
    assert any(reply.finish_reason == "length" for reply in replies)
    assert (plan.status, plan.degraded) == ("complete", ())
    assert (plan.strategy, plan.summary, plan.claims) == (rules.strategy, rules.summary, rules.claims)
    assert plan.cost.calls == len(replies)
    assert plan.cost.tokens_out == sum(reply.tokens_out for reply in replies)


def in_sections(base_url: str, *, max_tokens: int) -> Sectioned:
    """Hold a model of a server as a planner's chain does, its answers in sections where they are long."""
    name = "openai:gpt-5-mini"
    load = wire_of(name, api_key=None, base_url=base_url, timeout_s=10, max_tokens=max_tokens)
    paid = Repaired(Budgeted(ChatRung(load, name=name, timeout_s=10), max_tokens=max_tokens))
    return Sectioned(Timed(Retried(Guarded(paid, breaker=Breaker(name))), limit_s=10))
