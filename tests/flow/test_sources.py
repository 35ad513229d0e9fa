"""Every mix of sources gives a plan that verifies; what is missing or wrong is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.flow.campaigns import BRIEF, brief, crm, everything, history, memory, planner, signals

from nexusplanner import InputError
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.observability.events import EvidenceEvent
from nexusplanner.testing import InMemoryTool

MIXES: dict[str, dict[str, object]] = {
    "nothing": {},
    "crm": {"crm": crm()},
    "history": {"history": history()},
    "signals": {"signals": signals()},
    "memory": {"memory": memory()},
    "everything": {**everything()},
}
KINDS = {"crm": "crm", "history": "history", "signals": "signal", "memory": "memory"}


@pytest.mark.parametrize("mix", MIXES)
def test_a_plan_of_any_mix_of_sources_is_complete_and_verifies(mix: str) -> None:
    """Each source leaves its evidence in the ledger, none is needed, and every number can be recomputed."""
    result = planner(**MIXES[mix]).plan(brief())
    assert result.status == "complete"
    assert result.plan is not None
    report = verify_plan(result.plan)
    assert not report.failures, report.failures
    assert report.figures_recomputed > 20
    found = {item.kind for item in result.plan.evidence}
    assert found == {"brief", *(KINDS[name] for name in MIXES[mix])}
    told = {event.tool: event.count for event in result.events if isinstance(event, EvidenceEvent)}
    assert set(told) == set(MIXES[mix])
    assert all(told.values())


def test_customers_become_segments_with_sizes_that_their_rules_count() -> None:
    """Segments of the plan are real: their rule, run over the same customers, counts them again."""
    customers = crm()
    with planner(crm=customers) as planning:
        plan = planning.plan(brief()).plan
    assert plan is not None
    sized = [segment for segment in plan.segments if segment.rule]
    assert sized
    for segment in sized:
        assert asyncio.run(customers.count(segment.rule, tenant="default")) == segment.size


def test_without_customers_no_segment_has_a_size() -> None:
    """What is not known is not made up."""
    plan = planner().plan(brief()).plan
    assert plan is not None
    assert all(segment.size == 0 and not segment.rule for segment in plan.segments)


def test_what_was_remembered_and_read_is_cited_with_its_place() -> None:
    """Evidence of memory and signals names its source and is quoted word for word."""
    plan = planner(**everything()).plan(brief()).plan
    assert plan is not None
    quotes = {item.source: item.quote for item in plan.evidence if item.kind == "memory"}
    assert "Search filled the pottery workshops" in quotes["retro.md"]
    assert all(item.is_intact and item.origin for item in plan.evidence)
    assert not any(item.trusted for item in plan.evidence if item.kind == "signal")


def test_a_source_that_fails_degrades_the_plan_and_is_named() -> None:
    """A provider that does not answer costs its research, not the plan."""
    result = planner(tools=[InMemoryTool(name="press", lost="the press desk is closed")]).plan(brief())
    assert result.status == "degraded"
    assert [(loss.part, loss.reason) for loss in result.degraded] == [("press", "the press desk is closed")]
    assert result.plan is not None
    assert not verify_plan(result.plan).failures
    assert "the press desk is closed" in result.plan.to_markdown()


@pytest.mark.parametrize(
    ("option", "name", "text", "said"),
    [
        ("crm", "csv:{}", "customer_id;amount\n", "rows.csv"),
        ("history", "csv:{}", "week,spend\n2026-01-05,100\n", "rows.csv"),
        ("history", "csv:{}", "", "rows.csv"),
        ("signals", "rss:{}", "this is no feed", "rows.csv"),
    ],
)
def test_a_wrong_file_is_an_input_error_and_nothing_is_kept(
    tmp_path: Path, option: str, name: str, text: str, said: str
) -> None:
    """One line that names the file; no plan, no file of one."""
    (tmp_path / "rows.csv").write_text(text)
    spec = name.format(tmp_path / "rows.csv")
    workspace = tmp_path / "workspace"
    given = {option: [spec] if option == "signals" else spec}
    with planner(workspace=workspace, **given) as planning:
        with pytest.raises(InputError, match=said) as wrong:
            planning.plan(brief())
        assert planning.list() == ()
    assert "\n" not in str(wrong.value)
    assert str(tmp_path) not in str(wrong.value)
    assert not list(workspace.rglob("plan-*"))


def test_a_brief_without_essentials_is_refused_with_questions() -> None:
    """One question for each thing that is missing; no source is asked for it."""
    desk = InMemoryTool(["never"])
    incomplete = {key: BRIEF[key] for key in ("name", "offering")}
    with planner(tools=[desk]) as planning:
        result = planning.plan(incomplete)
        assert planning.list() == ()
    assert result.status == "refused"
    assert result.plan is None
    assert len(result.questions) == 3
    assert all(question.endswith("?") for question in result.questions)
    assert desk.asked == 0
    assert all(question in result._repr_html_() for question in result.questions)


def test_a_wrong_brief_is_an_input_error() -> None:
    """Wrong is not incomplete: there is nothing to ask."""
    with pytest.raises(InputError, match="budget"):
        planner().plan({**BRIEF, "budget": {"amount": "-1", "currency": "EUR"}})
