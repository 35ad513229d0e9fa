"""Money through whole plans: the books, ceilings beyond the run's, fees of tools, and answers kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage
from langchain_core.tools import StructuredTool
from pydantic import SecretStr
from tests.flow.campaigns import TODAY, brief

from nexusplanner import ConfigurationError, Planner, PlanResult, Settings
from nexusplanner.cli.app import run
from nexusplanner.domain.operations import Alerts, Cache
from nexusplanner.errors import MissingExtraError
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.rules import RulesModel
from nexusplanner.observability.alerts import Alert
from nexusplanner.settings import Budgets, Limits, ModelPrice
from nexusplanner.testing.scripted import Reply, ScriptedChatModel, Step


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What the rules answer, by the instruction that asks for it."""
    kept: dict[str, str] = {}
    original = RulesModel.answer

    async def keeping(self: RulesModel, request: Request[T]) -> Answer[T]:
        answer = await original(self, request)
        kept[request.prompt.fill(request.variables)] = answer.value.model_dump_json()
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RulesModel, "answer", keeping)
        Planner(settings=Settings(), clock=lambda: TODAY).plan(brief(), seed=3)
    return kept


def chat(said: dict[str, str]) -> ScriptedChatModel:
    """Make a model of known price that answers as the rules do: 1,000 tokens in and 100 out a call."""

    def step(messages: Sequence[BaseMessage]) -> Step:
        return Reply(said[str(messages[0].content)], tokens_in=1000, tokens_out=100)

    return ScriptedChatModel.playing(step, model_name="gpt-5-mini")


CALL = Decimal("0.00045")
"""1,000 tokens in at 0.25 USD a million, 100 out at 2."""


def planned(planner: Planner, *, tenant: str | None = None) -> PlanResult:
    """Plan the brief."""
    return planner.plan(brief(), tenant=tenant, seed=3)


def test_what_plans_cost_is_in_the_books_of_the_workspace(said: dict[str, str], tmp_path: Path) -> None:
    """By tenant, day, model and agent, to the same sum; found by another process, and by the command line."""
    settings = Settings(workspace=tmp_path / "ws")
    with Planner(models=[chat(said)], settings=settings, clock=lambda: TODAY) as planner:
        plans = [planned(planner, tenant=tenant) for tenant in ("acme", "acme", "beta")]
    spent = sum((p.cost.usd for p in plans), Decimal(0))
    assert spent == CALL * sum(p.cost.calls for p in plans)
    with Planner(settings=settings) as another:
        for by in ("tenant", "day", "model", "agent"):
            bill = another.costs(by=by)
            assert bill.total.usd == sum((line.usd for line in bill.lines), Decimal(0)) == spent
        assert {line.name for line in another.costs(by="tenant").lines} == {"acme", "beta"}
        assert another.costs(tenant="beta").total.usd == plans[2].cost.usd
        assert [line.name for line in another.costs(by="model").lines] == ["gpt-5-mini"]
        assert {"strategist.propose", "editor.summarise"} <= {line.name for line in another.costs(by="agent").lines}
        assert another.costs(since=date(2999, 1, 1)).lines == ()


def test_the_command_line_shows_the_same_bill(
    said: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Planner(models=[chat(said)], settings=Settings(), workspace="ws", clock=lambda: TODAY) as planner:
        cost = planned(planner, tenant="acme").cost
    assert run(["costs", "--workspace", "ws", "--by", "tenant", "--json"]) == 0
    bill = json.loads(capsys.readouterr().out)
    assert Decimal(bill["total"]["usd"]) == cost.usd
    assert run(["costs", "--workspace", "ws", "--by", "tenant"]) == 0
    header, acme, total = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert header == ["Tenant", "USD", "Calls", "Cached", "Saved USD", "Tokens in", "Tokens out"]
    assert acme == ["acme", f"{cost.usd:.4f}", str(cost.calls), "0", "0.0000", *acme[5:]]
    assert total[1:] == acme[1:]
    assert run(["costs", "--workspace", "ws", "--tenant", "beta"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["costs"]) == 2
    assert run(["costs", "--workspace", "ws", "--since", "soon"]) == 2


def test_a_days_ceiling_ends_the_paid_calls_of_every_plan_and_tells(said: dict[str, str], tmp_path: Path) -> None:
    """The plans come, by the rules from there on; nothing is spent beyond; the alert is told once each."""
    told: list[Alert] = []
    most = Decimal("0.02")
    settings = Settings(workspace=tmp_path / "ws", budgets=Budgets(day_usd=most))
    with Planner(models=[chat(said)], settings=settings, clock=lambda: TODAY, on_alert=told.append) as planner:
        plans = [planned(planner) for _ in range(4)]
        assert planner.costs().total.usd <= most
    assert plans[-1].plan is not None
    assert plans[-1].status == "degraded"
    assert any("day's ceiling for all tenants of 0.02 USD" in d.reason for d in plans[-1].degraded)
    of_day = [a.percent for a in told if a.ceiling == "day"]
    assert len(of_day) == len(set(of_day))
    assert of_day == sorted(of_day)


def test_the_rules_alone_make_no_books(tmp_path: Path) -> None:
    with Planner(settings=Settings(), workspace=tmp_path / "ws", clock=lambda: TODAY) as planner:
        assert planned(planner).cost.usd == 0
        assert planner.costs().total.calls == 0
    assert not (tmp_path / "ws" / "ledger.sqlite").exists()


async def paid_search(query: str) -> str:
    """Look something up for money."""
    return f"Found for {query}: demand is steady."


paid_search.fee_usd = "0.03"  # type: ignore[attr-defined]


def test_a_tools_fee_is_paid_from_the_runs_purse() -> None:
    """It is no model call; a quote adds it and does not pay it."""
    with Planner(settings=Settings(), tools=[paid_search], clock=lambda: TODAY) as planner:
        assert planner.estimate(brief()).usd.low == Decimal("0.03")
        assert planner.costs().total.calls == 0
        result = planned(planner)
        assert (result.cost.usd, result.cost.calls) == (Decimal("0.03"), 0)
        (line,) = planner.costs(by="agent").lines
    assert (line.name, line.usd, line.calls) == ("tool:paid_search", Decimal("0.03"), 1)


def test_a_fee_that_does_not_fit_is_not_paid_and_the_plan_says_so() -> None:
    settings = Settings(limits=Limits(usd="0.02"))
    with Planner(settings=settings, tools=[paid_search], clock=lambda: TODAY) as planner:
        result = planned(planner)
    assert result.cost.usd == 0
    assert [d.part for d in result.degraded] == ["paid_search"]
    assert "ceiling of 0.02 USD" in result.degraded[0].reason


def test_a_langchain_tool_says_its_fee_in_its_metadata_and_a_wrong_one_is_refused() -> None:
    def tool(fee: object) -> StructuredTool:
        return StructuredTool.from_function(
            coroutine=paid_search, name="rates", description="Rates.", metadata={"fee_usd": fee}
        )

    with Planner(settings=Settings(), tools=[tool("0.01")], clock=lambda: TODAY) as planner:
        assert planned(planner).cost.usd == Decimal("0.01")
    with (
        Planner(settings=Settings(), tools=[tool("much")], clock=lambda: TODAY) as planner,
        pytest.raises(ConfigurationError, match="fee of tool 'rates' is 'much'"),
    ):
        planner.plan(brief())


@pytest.mark.parametrize("store", ["memory", "workspace"])
def test_the_same_plan_again_comes_from_the_cache(said: dict[str, str], tmp_path: Path, store: str) -> None:
    """No call, no cent, the same words; the plan and the bill say what was saved; another tenant pays."""
    model = chat(said)
    settings = Settings(workspace=tmp_path / "ws", cache=Cache(store=store))
    with Planner(models=[model], settings=settings, clock=lambda: TODAY) as planner:
        first, again, other = planned(planner), planned(planner), planned(planner, tenant="other")
        bill = planner.costs(by="tenant", tenant="default").total
    assert first.plan is not None
    assert again.plan is not None
    assert len(model.seen) == first.cost.calls + other.cost.calls
    shared = first.cost.cached_calls  # requests of one run that are the same are shared, too
    assert (again.cost.usd, again.cost.calls) == (Decimal(0), 0)
    assert again.cost.cached_calls == first.cost.calls + shared
    assert again.cost.saved_usd == first.cost.usd + first.cost.saved_usd
    assert (again.plan.summary, again.plan.strategy) == (first.plan.summary, first.plan.strategy)
    assert (other.cost.cached_calls, other.cost.calls, other.cost.usd) == (shared, first.cost.calls, first.cost.usd)
    assert (bill.usd, bill.calls) == (first.cost.usd, first.cost.calls)
    assert bill.cached_calls == shared + again.cost.cached_calls
    assert bill.saved_usd == first.cost.saved_usd + again.cost.saved_usd


def test_by_default_nothing_is_kept(said: dict[str, str]) -> None:
    """Asking a model twice is asking for two opinions."""
    model = chat(said)
    with Planner(models=[model], settings=Settings(), clock=lambda: TODAY) as planner:
        first, again = planned(planner), planned(planner)
    assert again.cost.calls == first.cost.calls
    assert again.cost.cached_calls == 0
    assert len(model.seen) == 2 * first.cost.calls


def test_a_cache_that_cannot_be_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="there is none"):
        Planner(settings=Settings(cache=Cache(store="workspace")))
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[redis\]"):
        Planner(settings=Settings(cache=Cache(store="redis://127.0.0.1:1/0")))


def test_a_model_of_unknown_price_is_not_called_until_it_has_one() -> None:
    """The plan comes by the rules and says how to set the price; a quote refuses."""
    settings = Settings(openai_api_key=SecretStr("sk-test"))
    with Planner(models=["openai:nobodys-model"], settings=settings, clock=lambda: TODAY) as planner:
        result = planned(planner)
        with pytest.raises(ConfigurationError, match=r'prices\."openai:nobodys-model"'):
            planner.estimate(brief())
    assert result.cost.usd == 0
    assert 'set prices."openai:nobodys-model"' in result.degraded[0].reason
    price = ModelPrice(in_per_million=Decimal(1), out_per_million=Decimal(2))
    priced = settings.model_copy(update={"prices": {"openai:nobodys-model": price}})
    with Planner(models=["openai:nobodys-model"], settings=priced, clock=lambda: TODAY) as planner:
        assert planner.estimate(brief()).usd.likely > 0


def test_secrets_of_settings_show_nowhere() -> None:
    settings = Settings(
        alerts=Alerts(webhook=SecretStr("https://hooks.example/hidden")), cache=Cache(store="redis://:hidden@h/0")
    )
    assert "hidden" not in repr(settings)


def test_the_clock_of_money_is_its_own() -> None:
    """A plan for last year's day is paid today."""
    with Planner(settings=Settings(), tools=[paid_search], clock=lambda: TODAY) as planner:
        planned(planner)
        (line,) = planner.costs(by="day").lines
    assert date.fromisoformat(line.name) >= datetime(2026, 11, 3, tzinfo=UTC).date()
