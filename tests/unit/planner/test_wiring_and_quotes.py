"""Wiring: names become parts or one clear error; quotes spend nothing; results show themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nexusplanner import CampaignBrief, ConfigurationError, Planner, PlanResult, Settings
from nexusplanner.errors import InputError
from nexusplanner.llm.metering import Metered
from nexusplanner.planner.quote import quote
from nexusplanner.planner.wiring import model_names

BRIEF = CampaignBrief.parse(
    {
        "name": "Night market",
        "offering": {"name": "Lantern Stalls"},
        "objective": {"metric": "visits", "target": "900"},
        "budget": {"amount": "9000", "currency": "EUR"},
        "period": {"start": "2027-01-04", "end": "2027-02-28"},
    }
)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"tools": ["nothing_of_that_name"]}, "nothing_of_that_name"),
        ({"models": ["gpt:5"]}, "gpt:5"),
        ({"tools": [42]}, "cannot be a tool"),
    ],
)
def test_what_cannot_be_resolved_is_told_at_once(arguments: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Planner(settings=Settings(), **arguments)  # type: ignore[arg-type]


def test_two_tools_of_one_name_are_refused() -> None:
    async def twin(query: str) -> str:
        return query

    with pytest.raises(ConfigurationError, match="twin"):
        Planner(settings=Settings(), tools=[twin, twin])


def test_a_tool_with_the_name_of_a_node_is_refused() -> None:
    async def size(query: str) -> str:
        return query

    with pytest.raises(ConfigurationError, match="size"):
        _ = Planner(settings=Settings(), tools=[size]).graph


def test_every_port_can_be_named_as_a_tool(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("customer_id,date,amount\n1,2026-01-05,10\n")
    (tmp_path / "h.csv").write_text("date,channel,spend,conversions\n2026-01-05,search,10,1\n")
    planner = Planner(
        settings=Settings(),
        base=tmp_path,
        tools=["crm:csv:c.csv", "history:csv:h.csv", "signals:rss:f.xml", "memory:folder:m"],
    )
    assert {"crm", "history", "signals", "memory"} <= set(planner.graph.nodes)
    planner.close()


def test_rules_alone_cost_nothing_and_a_model_is_priced_low_to_high() -> None:
    seen = [Metered("strategist.propose", 1000, 500), Metered("debater.argue", 800, 200)]
    assert quote(None, seen).usd.high == 0
    priced = quote("openai:gpt-5-mini", seen)
    assert 0 < priced.usd.low < priced.usd.likely < priced.usd.high
    assert [int(n) for n in (priced.calls.low, priced.calls.likely, priced.calls.high)] == [1, 2, 4]


def test_models_are_named_before_the_rules_and_can_be_forbidden() -> None:
    assert model_names(["openai:x", "rules"], Settings()) == ("openai:x",)
    assert model_names(["openai:x"], Settings(use_ai_generation=False)) == ()


def test_a_result_shows_itself_with_and_without_a_plan() -> None:
    with Planner(settings=Settings(), clock=lambda: date(2026, 11, 2)) as planner:
        done = planner.plan(BRIEF, seed=3)
        refused = planner.plan({"name": "Only a name"})
        assert planner.result(done.run_id) == done
        with pytest.raises(ConfigurationError):
            planner.result("run-none")
        with pytest.raises(InputError):
            planner.show("plan-0000000000000000")
    assert done.plan is not None
    assert done.plan.id in repr(done)
    assert "Lantern Stalls" in done._repr_html_()
    assert refused.status == "refused"
    assert refused.plan is None
    assert refused.questions[0] in refused._repr_html_().replace("&#x27;", "'")
    assert refused.debate is None
    assert refused.cost.calls == 0
    assert PlanResult("run-x", "refused").degraded == ()
