"""Approval: a brief that names approvers gives a plan that waits for one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.flow.campaigns import APPROVERS, planner, to_approve

from nexusplanner import ApprovalError, Decision, NexusError, Planner, PlanResult
from nexusplanner.observability.events import ApprovalEvent, DoneEvent

YES = Decision(approve=True, by=APPROVERS[0], reason="The split is right.")
NO = Decision(approve=False, by=APPROVERS[1], reason="Too early in the year.")


@pytest.fixture
def asked() -> tuple[Planner, PlanResult]:
    """Return a planner and its run that waits."""
    asking = planner()
    return asking, asking.plan(to_approve(), tenant="kiln")


def test_a_plan_waits_with_one_question(asked: tuple[Planner, PlanResult]) -> None:
    """Status, question, plan and approvers are told; the last event says that it waits."""
    _, result = asked
    assert result.status == "needs_approval"
    assert result.plan is not None
    (pending,) = result.pending
    assert pending.approvers == APPROVERS
    assert pending.plan_id == result.plan.id
    assert result.plan.id in pending.question
    *_, approval, done = result.events
    assert isinstance(approval, ApprovalEvent)
    assert approval.id == pending.id
    assert isinstance(done, DoneEvent)
    assert done.status == "needs_approval"


def test_a_plan_that_waits_is_not_kept_yet(asked: tuple[Planner, PlanResult]) -> None:
    """What nobody decided on has no effect."""
    asking, _ = asked
    assert asking.list(tenant="kiln") == ()


def test_approving_completes_and_keeps_the_same_plan(asked: tuple[Planner, PlanResult]) -> None:
    """The decision sets the status, and says who made it; nothing else changes."""
    asking, waiting = asked
    result = asking.resume(waiting.run_id, {waiting.pending[0].id: YES}, tenant="kiln")
    assert result.status == "complete"
    assert result.pending == ()
    assert waiting.plan is not None
    assert result.plan is not None
    changed = {k for k in type(result.plan).model_fields if getattr(result.plan, k) != getattr(waiting.plan, k)}
    assert changed == {"status", "seal", "approval"}
    assert asking.list(tenant="kiln") == (result.plan,)


def test_rejecting_refuses_the_plan(asked: tuple[Planner, PlanResult]) -> None:
    """A rejected plan is kept as refused, so that it can be looked at."""
    asking, waiting = asked
    result = asking.resume(waiting.run_id, {waiting.pending[0].id: NO}, tenant="kiln")
    assert result.status == "refused"
    assert [p.status for p in asking.list(tenant="kiln")] == ["refused"]


def test_an_approver_may_stay_unnamed(asked: tuple[Planner, PlanResult]) -> None:
    """A caller that knows who decides need not say it."""
    asking, waiting = asked
    result = asking.resume(waiting.run_id, {waiting.pending[0].id: Decision(approve=True)}, tenant="kiln")
    assert result.status == "complete"


def test_an_answer_to_another_question_is_refused_and_the_run_waits_on(asked: tuple[Planner, PlanResult]) -> None:
    """The error names what waits, and the right answer still counts."""
    asking, waiting = asked
    (pending,) = waiting.pending
    with pytest.raises(ApprovalError, match="made-up") as refused:
        asking.resume(waiting.run_id, {"made-up": YES}, tenant="kiln")
    assert pending.id in str(refused.value.fix)
    assert asking.resume(waiting.run_id, {pending.id: YES}, tenant="kiln").status == "complete"


def test_an_answer_twice_is_refused(asked: tuple[Planner, PlanResult]) -> None:
    """A run is decided once; the second answer cannot turn the first."""
    asking, waiting = asked
    answer = {waiting.pending[0].id: YES}
    asking.resume(waiting.run_id, answer, tenant="kiln")
    with pytest.raises(ApprovalError, match="waits for nothing"):
        asking.resume(waiting.run_id, {waiting.pending[0].id: NO}, tenant="kiln")
    assert [p.status for p in asking.list(tenant="kiln")] == ["complete"]


def test_somebody_else_cannot_decide(asked: tuple[Planner, PlanResult]) -> None:
    """Only those whom the brief names; the error names them."""
    asking, waiting = asked
    stranger = Decision(approve=True, by="eve@elsewhere.example")
    with pytest.raises(ApprovalError, match="eve@elsewhere"):
        asking.resume(waiting.run_id, {waiting.pending[0].id: stranger}, tenant="kiln")
    assert asking.list(tenant="kiln") == ()


def test_no_answer_at_all_is_refused(asked: tuple[Planner, PlanResult]) -> None:
    """An empty answer decides nothing."""
    asking, waiting = asked
    with pytest.raises(ApprovalError, match="No decision"):
        asking.resume(waiting.run_id, {}, tenant="kiln")


@pytest.mark.parametrize("tenant", ["other", "Kiln", None])
def test_another_tenant_cannot_decide_nor_learn_that_the_run_exists(
    asked: tuple[Planner, PlanResult], tenant: str | None
) -> None:
    """The same words as for a run that never was."""
    asking, waiting = asked
    with pytest.raises(NexusError) as refused:
        asking.resume(waiting.run_id, {waiting.pending[0].id: YES}, tenant=tenant)
    with pytest.raises(NexusError) as unknown:
        asking.resume("run-0000", {waiting.pending[0].id: YES}, tenant=tenant)
    assert str(refused.value).replace(waiting.run_id, "run-0000") == str(unknown.value)


def test_another_planner_on_the_same_workspace_resumes_the_run(tmp_path: Path) -> None:
    """Runs that wait outlive the process that began them, and so does what was decided."""
    with planner(workspace=tmp_path) as first:
        waiting = first.plan(to_approve())
    answer = {waiting.pending[0].id: YES}
    with planner(workspace=tmp_path) as second:
        result = second.resume(waiting.run_id, answer)
        assert result.status == "complete"
        assert second.list() == (result.plan,)
    with planner(workspace=tmp_path) as third:
        with pytest.raises(ApprovalError, match="waits for nothing"):
            third.resume(waiting.run_id, answer)
        assert result.plan is not None
        assert third.show(result.plan.id) == result.plan


def test_two_runs_wait_apart(tmp_path: Path) -> None:
    """Deciding on one leaves the other waiting."""
    with planner(workspace=tmp_path) as both:
        one, two = both.batch([to_approve(), to_approve()])
        assert both.resume(two.run_id, {two.pending[0].id: NO}).status == "refused"
        assert both.resume(one.run_id, {one.pending[0].id: YES}).status == "complete"
