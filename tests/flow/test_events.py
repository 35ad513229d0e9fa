"""Events: what an application is told, in an order it can rely on."""

from __future__ import annotations

import pytest
from tests.flow.campaigns import BRIEF, brief, everything, planner

from nexusplanner import ConfigurationError
from nexusplanner.observability.events import (
    DoneEvent,
    EvidenceEvent,
    ProposalEvent,
    StageEvent,
    StartedEvent,
    VerdictEvent,
)

ALWAYS = ("intake", "research", "size", "propose", "check", "critique", "weigh", "assemble", "save")


async def test_events_come_in_the_order_of_the_graph() -> None:
    """Each stage begins before it ends, stages follow the graph, and the last event says how it ended."""
    planning = planner(**everything())
    told = [event async for event in planning.astream(brief())]
    *before, done = told
    assert isinstance(done, DoneEvent)
    assert not any(isinstance(event, DoneEvent) for event in before)
    stages = [(event.stage, event.phase) for event in before if isinstance(event, StageEvent)]
    for stage in {name for name, _ in stages}:
        open_now = 0
        for phase in (phase for name, phase in stages if name == stage):
            open_now += 1 if phase == "start" else -1
            assert open_now >= 0, stage
        assert open_now == 0, stage
    first = [stages.index((name, "start")) for name in ALWAYS]
    assert first == sorted(first)
    research = [n for n, event in enumerate(told) if isinstance(event, EvidenceEvent)]
    proposals = [n for n, event in enumerate(told) if isinstance(event, ProposalEvent)]
    verdicts = [n for n, event in enumerate(told) if isinstance(event, VerdictEvent)]
    assert len(research) == 4
    assert max(research) < min(proposals) < min(verdicts)
    assert {event.lens for event in told if isinstance(event, ProposalEvent)} == {
        "efficiency",
        "growth",
        "brand_and_risk",
    }


async def test_the_result_of_a_streamed_run_is_at_hand_by_its_id() -> None:
    """Whoever reads the last event can have the plan; an unknown id is a typed error."""
    planning = planner()
    told = [event async for event in planning.astream(brief())]
    done = told[-1]
    assert isinstance(done, DoneEvent)
    result = planning.result(done.run_id)
    assert result.plan is not None
    assert (result.plan.id, result.status) == (done.plan_id, done.status)
    assert result.events == tuple(told)
    with pytest.raises(ConfigurationError, match="run-unknown"):
        planning.result("run-unknown")


def test_the_sync_stream_tells_the_same() -> None:
    """One by one, while the run goes on."""
    told = list(planner().stream(brief()))
    assert isinstance(told[0], StartedEvent)
    assert isinstance(told[-1], DoneEvent)


def test_a_refused_brief_tells_that_it_is_done() -> None:
    """No plan, no stage after the first."""
    told = list(planner().stream({"name": BRIEF["name"]}))
    assert {event.stage for event in told if isinstance(event, StageEvent)} == {"intake"}
    done = told[-1]
    assert isinstance(done, DoneEvent)
    assert (done.status, done.plan_id) == ("refused", None)


async def test_a_stream_that_is_left_early_leaves_the_planner_whole() -> None:
    """A reader who stops listening does no harm to the next run."""
    planning = planner()
    events = planning.astream(brief())
    async for _ in events:
        break
    await events.aclose()  # type: ignore[attr-defined]
    assert (await planning.aplan(brief())).status == "complete"
