"""Versions of a plan: each stands by itself, is found by any other, and can be had again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flow.campaigns import APPROVERS, brief, everything, history, planner, to_approve

from nexusplanner import ApprovalError, CampaignPlan, Decision, InputError, Planner, PlanResult, TenantError
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.comparison import comparable


@pytest.fixture
def planning(tmp_path: Path) -> Iterator[Planner]:
    """Open a planner on a workspace."""
    with planner(workspace=tmp_path, **everything()) as opened:
        yield opened


def plan_of(result: PlanResult) -> CampaignPlan:
    """Return the plan of a result."""
    assert result.plan is not None
    return result.plan


def amounts(plan: CampaignPlan) -> dict[str, str]:
    """Return the money of each line."""
    return {line.channel: str(line.amount) for line in plan.budget.lines}


def test_each_refinement_is_a_version_that_names_the_one_it_came_from(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    second = plan_of(planning.refine(first.id, "Move 1,000 EUR from search to email"))
    third = plan_of(planning.refine(second.id, "Start a week later"))
    assert [p.version for p in (first, second, third)] == [1, 2, 3]
    assert len({p.id for p in (first, second, third)}) == 3
    assert first.refinement is None
    assert second.refinement is not None
    assert third.refinement is not None
    assert (second.refinement.parent, second.refinement.root) == (first.id, first.id)
    assert (third.refinement.parent, third.refinement.root) == (second.id, first.id)
    assert second.refinement.feedback == "Move 1,000 EUR from search to email"
    for any_of_them in (first, second, third):
        assert planning.versions(any_of_them.id) == (first, second, third)
        assert planning.show(any_of_them.id, version=2) == second


def test_what_a_person_set_is_not_moved_by_a_later_split(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    second = plan_of(planning.refine(first.id, "Set search to 8,000 EUR"))
    third = plan_of(planning.refine(second.id, "Set the budget to 44,000 EUR"))
    assert amounts(third)["search"] == "8000.00"
    fourth = plan_of(planning.refine(third.id, "Set search to 9,000 EUR"))
    assert amounts(fourth)["search"] == "9000.00"
    assert verify_plan(fourth).ok


def test_money_that_everybody_fixed_cannot_make_another_budget(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    second = plan_of(planning.refine(first.id, "Keep search as it is. Keep social as it is. Keep email as it is."))
    result = planning.refine(second.id, "Set the budget to 44,000 EUR")
    assert not result.changes
    assert "the maximums add up to" in result.refused[0].reason


def test_a_bound_that_feedback_set_may_be_lifted_by_feedback_and_the_briefs_own_not(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(channels={"maximum": {"search": "12000"}}), seed=7))
    second = plan_of(planning.refine(first.id, "Cap search at 6,000 EUR"))
    third = planning.refine(second.id, "Cap search at 10,000 EUR")
    assert [c.kind for c in third.changes] == ["cap_money"]
    refused = planning.refine(plan_of(third).id, "Cap search at 13,000 EUR")
    assert "at most 12,000" in refused.refused[0].reason
    dropped = plan_of(planning.refine(first.id, "Drop social"))
    again = planning.refine(dropped.id, "Add social with 4,000 EUR")
    assert amounts(plan_of(again))["social"] == "4000.00"


def test_a_version_is_compared_with_the_one_before_or_any_other(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    second = planning.refine(first.id, "Set search to 8,000 EUR")
    third = plan_of(planning.refine(plan_of(second).id, "Start a week later"))
    assert planning.compare(plan_of(second).id) == second.difference
    assert {d.where[:2] for d in planning.compare(third.id, 1).differences} > {("brief", "period"), ("budget", "lines")}
    assert planning.compare(third.id, first.id) == planning.compare(third.id, 1)
    assert not planning.compare(third.id, third.id).differences
    with pytest.raises(InputError, match="first version"):
        planning.compare(first.id)
    with pytest.raises(InputError, match="there is no such version"):
        planning.compare(third.id, 9)


def test_a_restored_version_is_a_new_one_with_the_old_content(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    second = plan_of(planning.refine(first.id, "Set search to 8,000 EUR"))
    restored = planning.restore(second.id, 1)
    assert restored.version == 3
    assert restored.id not in (first.id, second.id)
    assert comparable(restored) == comparable(first)
    assert restored.refinement is not None
    assert (restored.refinement.parent, restored.refinement.restored) == (second.id, first.id)
    assert planning.versions(first.id) == (first, second, restored)
    assert verify_plan(restored).ok
    with pytest.raises(InputError, match="newest"):
        planning.restore(first.id, 3)
    assert plan_of(planning.refine(restored.id, "Set search to 8,000 EUR")).version == 4


def test_two_branches_of_one_plan_have_numbers_of_their_own(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    left = plan_of(planning.refine(first.id, "Set search to 8,000 EUR"))
    right = plan_of(planning.refine(first.id, "Start a week later"))
    assert (left.version, right.version) == (2, 3)
    assert right.refinement is not None
    assert right.refinement.parent == first.id
    assert amounts(right) == amounts(first)


def test_a_refined_plan_is_approved_anew(planning: Planner) -> None:
    """Whatever was decided about the version before, and the brief's approvers are not feedback's to change."""
    waiting = planning.plan(to_approve(), seed=7)
    (question,) = waiting.pending
    first = plan_of(planning.resume(waiting.run_id, {question.id: Decision(approve=True, by=APPROVERS[0])}))
    assert first.status == "complete"
    refined = planning.refine(first.id, "Set search to 8,000 EUR. Approve it. Remove the approvers.")
    assert refined.status == "needs_approval"
    assert len(refined.refused) == 2
    assert plan_of(refined).brief.approvers == APPROVERS
    with pytest.raises(InputError):
        planning.show(plan_of(refined).id)
    (question,) = refined.pending
    done = planning.resume(refined.run_id, {question.id: Decision(approve=True, by=APPROVERS[1])})
    assert (done.status, plan_of(done).version) == ("complete", 2)
    assert planning.versions(first.id)[-1] == done.plan
    assert [c.kind for c in done.changes] == ["set_money"]


def test_what_was_decided_about_a_version_holds_when_it_is_restored(planning: Planner) -> None:
    waiting = planning.plan(to_approve(), seed=7)
    (question,) = waiting.pending
    first = plan_of(planning.resume(waiting.run_id, {question.id: Decision(approve=True, by=APPROVERS[0])}))
    refined = planning.refine(first.id, "Set search to 8,000 EUR")
    (question,) = refined.pending
    planning.resume(refined.run_id, {question.id: Decision(approve=False, by=APPROVERS[0])})
    assert [plan.status for plan in planning.versions(first.id)] == ["complete", "refused"]
    assert planning.restore(first.id, 1).status == "complete"


def test_a_version_that_waits_for_approval_is_not_restored(planning: Planner) -> None:
    waiting = plan_of(planning.plan(to_approve(), seed=7))
    refined = planning.refine(waiting, "Start a week later")  # handed in, so it is kept, and waits still
    (question,) = refined.pending
    planning.resume(refined.run_id, {question.id: Decision(approve=True, by=APPROVERS[0])})
    with pytest.raises(ApprovalError, match="waits"):
        planning.restore(waiting.id, 1)


def test_another_tenants_plan_cannot_be_refined_shown_compared_or_restored(planning: Planner) -> None:
    first = plan_of(planning.plan(brief(), seed=7, tenant="acme"))
    second = plan_of(planning.refine(first.id, "Set search to 8,000 EUR", tenant="acme"))
    for attempt in (
        lambda: planning.refine(first.id, "Start a week later", tenant="other"),
        lambda: planning.versions(first.id, tenant="other"),
        lambda: planning.compare(second.id, tenant="other"),
        lambda: planning.restore(second.id, 1, tenant="other"),
    ):
        with pytest.raises(InputError):
            attempt()
    with pytest.raises(TenantError):
        planning.refine(first, "Start a week later", tenant="other")
    assert planning.list(tenant="other") == ()


def test_a_plan_that_was_handed_in_is_refined_and_one_changed_by_hand_is_not() -> None:
    with planner(history=history()) as making:
        first = plan_of(making.plan(brief(), seed=7))
    with planner() as planning:
        second = plan_of(planning.refine(first, "Set search to 8,000 EUR"))
        assert amounts(second)["search"] == "8000.00"
        assert planning.versions(second.id) == (first, second)
        forged = first.model_copy(update={"summary": "Everything is free."})
        with pytest.raises(InputError, match="changed by hand"):
            planning.refine(forged, "Start a week later")


@pytest.mark.parametrize("feedback", ["", "  \n", "x" * 4_001])
def test_feedback_that_says_nothing_or_never_ends_is_an_input_error(planning: Planner, feedback: str) -> None:
    first = plan_of(planning.plan(brief(), seed=7))
    with pytest.raises(InputError, match="feedback"):
        planning.refine(first.id, feedback)


def test_the_same_feedback_on_the_same_plan_gives_the_same_version() -> None:
    found = []
    for _ in range(2):
        with planner(history=history()) as planning:
            first = plan_of(planning.plan(brief(), seed=7))
            found.append(plan_of(planning.refine(first.id, "Drop social and hold back 2,000 EUR")).to_json())
    assert found[0] == found[1]
