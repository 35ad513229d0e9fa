"""Tools plug in: each becomes a node of the graph without touching the graph's code."""

from __future__ import annotations

import sys
from datetime import date
from importlib import invalidate_caches
from pathlib import Path

import pytest
from langchain_core.tools import tool
from tests.flow.campaigns import TODAY, brief, everything, planner

from nexusplanner import CampaignBrief, ConfigurationError, Findings, InputError
from nexusplanner.testing import InMemoryTool


@tool
async def press_desk(query: str) -> list[dict[str, str]]:
    """Look up what the press wrote."""
    return [{"title": f"Clay is back, says one who asked for {query.split()[0]}", "url": "https://press.example/1"}]


@tool
def local_rules(query: str) -> str:
    """Look up the rules of a place; a sync tool."""
    return "Posters in the old town need a permit of the district."


async def weather(today: date, tenant: str) -> str:
    """Tell the weather."""
    return f"Snow until the {today.day + 20}th, as far as {tenant} can see."


async def burning(query: str) -> str:
    """Fail as any code may."""
    raise ValueError("the oven is on fire")


async def wrong(query: str) -> str:
    """Say that what it was given is wrong."""
    raise InputError("the rate card has no prices", field="rates", fix="Fill the column.")


@pytest.mark.parametrize(
    ("given", "name", "quote"),
    [
        (InMemoryTool(["Ours speaks of clay."], name="ours"), "ours", "Ours speaks of clay."),
        (press_desk, "press_desk", "Clay is back"),
        (local_rules, "local_rules", "need a permit"),
        (weather, "weather", f"Snow until the {TODAY.day + 20}th, as far as default"),
    ],
    ids=["ours", "langchain", "langchain sync", "async function"],
)
def test_a_tool_is_a_node_and_its_words_are_untrusted_evidence(given: object, name: str, quote: str) -> None:
    """It stands in the graph under its name, is asked in the research stage, and is quoted."""
    planning = planner(tools=[given])
    assert name in planning.graph.get_graph().nodes
    assert name in repr(planning)
    result = planning.plan(brief())
    assert result.status == "complete"
    assert result.plan is not None
    (item,) = [item for item in result.plan.evidence if item.origin == name]
    assert quote in item.quote
    assert item.kind == "tool"
    assert not item.trusted


def test_an_entry_point_is_a_tool_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is installed with an entry point needs no more than its name."""
    (tmp_path / "claydesk.py").write_text(
        "async def ask(query: str) -> str:\n    return 'The kiln makers meet in Selb in May.'\n\n\n"
        "class Desk:\n    name = 'second_desk'\n\n    async def gather(self, brief, *, tenant, today):\n"
        "        from nexusplanner import Findings\n\n        return Findings(tool=self.name)\n"
    )
    made = tmp_path / "claydesk-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: claydesk\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[nexusplanner.tools]\nkilns = claydesk:ask\ndesk = claydesk:Desk\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    try:
        planning = planner(tools=["kilns", "desk"])
        assert {"ask", "second_desk"} <= set(planning.graph.get_graph().nodes)
        plan = planning.plan(brief()).plan
    finally:
        sys.modules.pop("claydesk", None)
    assert plan is not None
    assert any("Selb" in item.quote for item in plan.evidence)


def test_a_tool_that_raises_is_a_loss_that_the_plan_names() -> None:
    """The run goes on; status and plan say what is missing and why."""
    result = planner(tools=[burning]).plan(brief())
    assert result.status == "degraded"
    (loss,) = result.degraded
    assert loss.part == "burning"
    assert "the oven is on fire" in loss.reason


def test_a_tool_that_finds_the_input_wrong_ends_the_run() -> None:
    """A typed error is the tool's verdict, not its failure."""
    with pytest.raises(InputError, match="rate card"):
        planner(tools=[wrong]).plan(brief())


@pytest.mark.parametrize("name", ["size", "debate", "intake", "save"])
def test_a_tool_cannot_take_the_name_of_a_node(name: str) -> None:
    """The error says which name, before anything runs."""
    with pytest.raises(ConfigurationError, match=name):
        _ = planner(tools=[InMemoryTool(name=name)]).graph


@pytest.mark.parametrize("name", ["a|b", "a:b", "", "__start__", "two words", "_x", "a\n"])
def test_a_tool_needs_a_name_that_a_node_can_have(name: str) -> None:
    """A typed error, never one of the graph library."""
    with pytest.raises(ConfigurationError):
        _ = planner(tools=[InMemoryTool(name=name)]).graph


def test_two_tools_cannot_share_a_name() -> None:
    """Nor one of ours with one that was handed in."""
    with pytest.raises(ConfigurationError, match="crm"):
        planner(**everything(), tools=[InMemoryTool(name="crm")])
    with pytest.raises(ConfigurationError, match="desk"):
        planner(tools=[InMemoryTool(), InMemoryTool()])


@pytest.mark.parametrize("given", [print, lambda query: query, 7, "nobody_has_this_tool"])
def test_what_cannot_be_a_tool_is_refused(given: object) -> None:
    """A sync function would block the loop; a name nobody registered is no tool."""
    with pytest.raises(ConfigurationError):
        planner(tools=[given])


def test_specs_of_our_own_ports_are_tools(tmp_path: Path) -> None:
    """A tool may be written as ``port:spec``."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "retro.md").write_text("# Retro\n\nPottery workshops sold by word of mouth.\n")
    rows = "".join(f"2026-{m:02d}-01,search,{90 + m},{m}\n" for m in range(1, 10))
    (tmp_path / "history.csv").write_text("date,channel,spend,conversions\n" + rows)
    (tmp_path / "orders.csv").write_text("customer_id,date,amount\nc1,2026-01-05,10\nc2,2026-02-05,20\n")
    (tmp_path / "said.csv").write_text("title,published_at\nClay sells,2026-10-20\n")
    specs = [f"crm:csv:{tmp_path}/orders.csv", f"history:csv:{tmp_path}/history.csv",
             f"signals:csv:{tmp_path}/said.csv", f"memory:folder:{tmp_path}/notes"]  # fmt: skip
    with planner(tools=specs) as planning:
        assert {"crm", "history", "signals", "memory"} <= set(planning.graph.get_graph().nodes)


async def test_findings_of_an_async_function_keep_its_name() -> None:
    """A function may return findings; they are signed with the node's name, whatever they say."""

    async def desk(brief: CampaignBrief) -> Findings:
        return Findings(tool="somebody else", notes=(f"{brief.name} was looked up.",))

    result = await planner(tools=[desk]).aplan(brief())
    assert result.plan is not None
    assert any("was looked up" in note for note in result.plan.notes)
