"""The timeline of a run through the real graph: everybody who worked is in it, and the plan knows nothing of it."""

from __future__ import annotations

from pathlib import Path

from tests.flow.campaigns import brief, everything, planner

from nexusplanner import Decision
from nexusplanner.domain.timeline import Timeline


def test_everybody_who_worked_is_in_the_timeline() -> None:
    result = planner(**everything()).plan(brief())
    assert result.plan is not None
    told = result.timeline
    stages = {shift.who for shift in told.shifts if shift.kind == "stage"}
    assert {"intake", "research", "size", "propose", "check", "critique", "weigh", "assemble", "save"} <= stages
    agents = {(shift.who, shift.branch) for shift in told.answers}
    assert {("strategist", "growth"), ("strategist", "efficiency"), ("editor", "")} <= agents
    assert {shift.rung for shift in told.answers} == {"rules"}
    assert all(0 <= shift.began_s <= shift.ended_s <= told.total_s for shift in told.shifts)
    assert all(shift.usd == 0 and shift.attempts == 0 for shift in told.answers)


def test_a_plan_holds_no_times(tmp_path: Path) -> None:
    """Two runs take other times, and give the same plan byte for byte."""
    one, two = (planner(**everything()).plan(brief()) for _ in range(2))
    assert one.plan is not None
    assert two.plan is not None
    assert one.plan.to_json() == two.plan.to_json()
    assert one.plan.to_html() == two.plan.to_html()
    paths = one.save(tmp_path)
    assert {p.name for p in paths} >= {"plan.json", "timeline.json"}
    assert Timeline.model_validate_json((tmp_path / "timeline.json").read_text()) == one.timeline
    assert (tmp_path / "plan.json").read_text() == one.plan.to_json()
    assert "chart-timeline" in (tmp_path / "plan.html").read_text()


def test_work_after_an_approval_follows_the_work_before() -> None:
    planning = planner()
    waiting = planning.plan(brief(approvers=["head"]))
    (pending,) = waiting.pending
    done = planning.resume(waiting.run_id, {pending.id: Decision(approve=True, by="head")})
    assert done.timeline.shifts[: len(waiting.timeline.shifts)] == waiting.timeline.shifts
    assert done.timeline.shifts[-1].who == "save"


def test_a_streamed_run_has_its_timeline_too() -> None:
    planning = planner()
    *_, last = planning.stream(brief())
    assert last.type == "done"
    assert planning.result(last.run_id).timeline.answers
