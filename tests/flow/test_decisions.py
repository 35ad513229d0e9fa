"""Decisions: each is about one content, counts once and in time, and what an approver edits is what is approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from langgraph.types import Command
from tests.flow.campaigns import APPROVERS, planner, to_approve

from nexusplanner import ApprovalError, CampaignPlan, Decision, Planner, PlanResult
from nexusplanner.calculators.verification import plan_sha256, verify_plan
from nexusplanner.domain.approval import Decided
from nexusplanner.domain.audit import AuditEntry
from nexusplanner.domain.change import AddressSegment, MoveMoney, SetMoney
from nexusplanner.graph.context import RunContext
from nexusplanner.planner.runs import thread_of

T0 = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
YES = Decision(approve=True, by=APPROVERS[0], reason="The split is right.")
MOVE = "Move 2,000 from search to email."
UNKNOWN = "Move 2,000 from search to skywriting."


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def asking(clock: Clock) -> Planner:
    """Return a planner whose clock the test moves."""
    return planner(now=clock)


def waiting(asking: Planner) -> tuple[PlanResult, str]:
    """Have a plan made that waits; return its question's id, too."""
    result = asking.plan(to_approve())
    return result, result.pending[0].id


def plan_of(result: PlanResult) -> CampaignPlan:
    assert result.plan is not None
    return result.plan


def content_of(plan: CampaignPlan) -> str:
    return plan_sha256(plan.model_dump(mode="json"))


def lines_of(plan: CampaignPlan) -> dict[str, Decimal]:
    return {line.channel: line.amount for line in plan.budget.lines}


def audited(asking: Planner, *actions: str) -> list[AuditEntry]:
    assert asking._parts.audit is not None
    return [e for e in asking._parts.audit.read(tenant="default") if not actions or e.action in actions]


def test_a_question_names_the_content_it_is_about_and_when_it_was_asked(asking: Planner) -> None:
    result, _ = waiting(asking)
    (pending,) = result.pending
    assert pending.plan_sha256 == content_of(plan_of(result))
    assert plan_of(result).id == f"plan-{pending.plan_sha256[:16]}"
    assert (pending.asked_at, pending.expires_at) == (T0, T0 + timedelta(days=30))
    (asked,) = audited(asking, "decision.asked")
    assert asked.subject == plan_of(result).id
    assert asked.details["sha256"] == pending.plan_sha256


def test_a_plan_says_who_approved_which_content_when_and_why(asking: Planner, clock: Clock) -> None:
    """A content that was changed afterwards does not verify; the log names the hash; a second answer is told of it."""
    result, question = waiting(asking)
    clock.now += timedelta(days=2)
    done = plan_of(asking.resume(result.run_id, {question: YES}))
    assert done.approval is not None
    assert done.approval.model_dump() == {
        "verdict": "approved",
        "by": APPROVERS[0],
        "at": T0 + timedelta(days=2),
        "reason": "The split is right.",
        "sha256": content_of(done),
        "edits": "",
    }
    assert verify_plan(done).ok
    assert CampaignPlan.model_validate_json(done.to_json()) == done
    forged = done.model_copy(update={"summary": "Spend it all on posters."})
    assert "/approval/sha256" in {failure.where for failure in verify_plan(forged).failures}
    (noted,) = audited(asking, "decision.answered")
    assert (noted.actor, noted.subject) == (APPROVERS[0], done.id)
    assert (noted.details["sha256"], noted.details["verdict"]) == (content_of(done), "approved")
    with pytest.raises(ApprovalError, match=rf"waits for nothing.*approved by {APPROVERS[0]} on 2026-11-04"):
        asking.resume(result.run_id, {question: YES})


def test_a_rejected_plan_says_by_whom_and_why(asking: Planner) -> None:
    result, question = waiting(asking)
    no = Decision(approve=False, by=APPROVERS[1], reason="Too early in the year.")
    done = plan_of(asking.resume(result.run_id, {question: no}))
    assert done.status == "refused"
    assert done.approval is not None
    assert (done.approval.verdict, done.approval.reason) == ("rejected", "Too early in the year.")


def test_approving_with_edits_makes_a_version_and_approves_that_one(asking: Planner) -> None:
    """The version that waited is kept, and not approved."""
    result, question = waiting(asking)
    before = plan_of(result)
    done = asking.resume(result.run_id, {question: YES.model_copy(update={"edits": MOVE})})
    plan = plan_of(done)
    assert (done.status, done.pending, plan.version) == ("complete", (), 2)
    assert lines_of(plan)["search"] == lines_of(before)["search"] - 2000
    assert lines_of(plan)["email"] == lines_of(before)["email"] + 2000
    assert plan.approval is not None
    assert (plan.approval.verdict, plan.approval.edits) == ("approved", MOVE)
    assert plan.approval.sha256 == content_of(plan) != content_of(before)
    assert verify_plan(plan).ok
    assert [change.kind for change in done.changes] == ["move_money"]
    assert done.difference is not None
    assert "budget.lines.search.amount" in {d.place for d in done.difference.differences}
    assert [d.place for d in done.difference.differences] == [d.place for d in asking.compare(plan.id).differences]
    first, second = asking.versions(plan.id)
    assert (first.id, first.status, second.status) == (before.id, "refused", "complete")
    assert first.approval is not None
    assert first.approval.verdict == "edited"
    assert verify_plan(first).ok


def test_typed_changes_are_edits_too(asking: Planner) -> None:
    result, question = waiting(asking)
    edits = (MoveMoney(source="search", target="email", amount=Decimal(2000)),)
    done = asking.resume(result.run_id, {question: YES.model_copy(update={"edits": edits})})
    plan = plan_of(done)
    assert done.status == "complete"
    assert lines_of(plan)["email"] == lines_of(plan_of(result))["email"] + 2000
    assert plan.approval is not None
    assert plan.approval.edits == edits
    assert CampaignPlan.model_validate_json(plan.to_json()) == plan
    assert verify_plan(plan).ok


def test_edits_that_cannot_be_made_approve_nothing_and_the_run_asks_again(asking: Planner) -> None:
    """Words that name what is not there or say too little, and typed changes that the plan has no place for."""
    result, question = waiting(asking)
    asked = [question]
    for edits in (
        UNKNOWN,
        "Make it better.",
        (MoveMoney(source="search", target="skywriting", amount=Decimal(2000)),),
        (SetMoney(channel="search", amount=Decimal("0.001")),),
        (AddressSegment(segment="nobody"),),
    ):
        again = asking.resume(result.run_id, {asked[-1]: YES.model_copy(update={"edits": edits})})
        assert again.status == "needs_approval"
        assert plan_of(again) == plan_of(result)
        (pending,) = again.pending
        assert len(pending.refused) == 1, edits
        asked.append(pending.id)
    assert len(set(asked)) == 6
    done = asking.resume(result.run_id, {asked[-1]: YES})
    assert (done.status, plan_of(done).id) == ("complete", plan_of(result).id)


def test_edits_of_which_one_cannot_be_made_are_asked_about_again_as_a_new_version(asking: Planner) -> None:
    """An approval under a condition that does not hold is none."""
    result, question = waiting(asking)
    again = asking.resume(result.run_id, {question: YES.model_copy(update={"edits": f"{MOVE} {UNKNOWN}"})})
    assert again.status == "needs_approval"
    (pending,) = again.pending
    assert pending.plan_id == plan_of(again).id != plan_of(result).id
    assert ["skywriting" in refusal.quote for refusal in pending.refused] == [True]
    done = plan_of(asking.resume(result.run_id, {pending.id: YES}))
    assert (done.status, done.version) == ("complete", 2)
    assert [plan.status for plan in asking.versions(done.id)] == ["refused", "complete"]


def test_the_next_question_is_never_answered_by_an_old_answer(asking: Planner) -> None:
    """The same node asks twice; what answered the first question is refused at the second, and is not replayed."""
    result, first = waiting(asking)
    edit = YES.model_copy(update={"edits": f"{MOVE} {UNKNOWN}"})
    second = asking.resume(result.run_id, {first: edit}).pending[0].id
    for answer in (edit, YES):
        with pytest.raises(ApprovalError, match=f"Nothing waits for an answer to '{first}'"):
            asking.resume(result.run_id, {first: answer})
        with pytest.raises(ApprovalError, match="Nothing waits"):
            asking.resume(result.run_id, {first: answer, second: answer})
    third = asking.resume(result.run_id, {second: edit}).pending[0].id
    assert len({first, second, third}) == 3
    with pytest.raises(ApprovalError, match="Nothing waits"):
        asking.resume(result.run_id, {second: edit})
    assert asking.resume(result.run_id, {third: YES}).status == "complete"


def test_a_refined_plan_can_be_edited_once_more_by_who_approves_it(asking: Planner) -> None:
    """Versions go on counting."""
    result, question = waiting(asking)
    first = plan_of(asking.resume(result.run_id, {question: YES}))
    refined = asking.refine(first.id, MOVE)
    done = plan_of(
        asking.resume(
            refined.run_id,
            {refined.pending[0].id: YES.model_copy(update={"edits": "Move 1,000 from social to email."})},
        )
    )
    assert (done.status, done.version) == ("complete", 3)
    assert lines_of(done)["social"] == lines_of(first)["social"] - 1000
    assert [plan.status for plan in asking.versions(done.id)] == ["complete", "refused", "complete"]


def test_an_answer_that_comes_too_late_is_refused(asking: Planner, clock: Clock) -> None:
    result, question = waiting(asking)
    clock.now += timedelta(days=30)
    with pytest.raises(ApprovalError, match="expired on 2026-12-02 09:30 UTC"):
        asking.resume(result.run_id, {question: YES})
    assert asking.list() == ()
    clock.now -= timedelta(microseconds=1)
    assert asking.resume(result.run_id, {question: YES}).status == "complete"


def test_an_answer_about_another_content_is_refused(asking: Planner) -> None:
    """Who looked at another version approves nothing; who hands the right hash back, does."""
    result, question = waiting(asking)
    stale = YES.model_copy(update={"plan_sha256": "0" * 64})
    with pytest.raises(ApprovalError, match="about another content") as refused:
        asking.resume(result.run_id, {question: stale})
    sha256 = result.pending[0].plan_sha256
    assert sha256 in refused.value.fix
    sure = YES.model_copy(update={"plan_sha256": sha256})
    assert asking.resume(result.run_id, {question: sure}).status == "complete"


def test_an_answer_that_makes_no_sense_is_refused_and_noted(asking: Planner) -> None:
    """The run waits on."""
    result, question = waiting(asking)
    for decision, problem in (
        (Decision(approve=False, edits=MOVE), "rejection cannot carry edits"),
        (Decision(approve=True, reason="x" * 4_001), "reason is 4,001 long"),
        (Decision(approve=True, edits="x" * 4_001), "edits is 4,001 long"),
        (Decision(approve=True, by="eve@elsewhere.example"), "not an approver"),
    ):
        with pytest.raises(ApprovalError, match=problem):
            asking.resume(result.run_id, {question: decision})
        noted = audited(asking, "decision.refused")[-1]
        assert noted.subject == result.run_id
        assert problem in str(noted.details["problem"])
    assert asking.resume(result.run_id, {question: YES}).status == "complete"


class _Killed(BaseException):
    pass


def killed_after_writing_down(asking: Planner, result: PlanResult, decision: Decision, at: pytest.MonkeyPatch) -> None:
    """Write a decision down, and die before the run goes on."""

    async def dies(*_: object, **__: object) -> None:
        raise _Killed

    with at.context() as patch:
        patch.setattr("nexusplanner.planner.runs.Run.go", dies)
        with pytest.raises(_Killed):
            asking.resume(result.run_id, {result.pending[0].id: decision})


@pytest.mark.parametrize("is_said_again", [True, False])
def test_a_decision_that_was_written_down_is_not_lost_with_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_said_again: bool
) -> None:
    """No other answer counts any more; the same one, or none at all, lets the run go on."""
    with planner(workspace=tmp_path) as first:
        result = first.plan(to_approve())
        killed_after_writing_down(first, result, YES, monkeypatch)
    with planner(workspace=tmp_path) as second:
        with pytest.raises(ApprovalError, match=rf"answered already: approved by {APPROVERS[0]}"):
            second.resume(result.run_id, {result.pending[0].id: Decision(approve=False, by=APPROVERS[1])})
        done = second.resume(result.run_id, {result.pending[0].id: YES} if is_said_again else {})
        assert done.status == "complete"
        assert len(audited(second, "decision.answered")) == 1
        assert plan_of(done).approval is not None
        assert [made.by for made in decisions(second)] == [APPROVERS[0]]


def decisions(asking: Planner) -> tuple[Decided, ...]:
    assert asking._parts.approvals is not None
    return asking._parts.approvals.list(tenant="default")


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_bad_answer_by_a_server_does_not_stand_in_the_way_of_a_good_one(
    asking: Planner, is_named: bool
) -> None:
    """A server wakes the graph itself: the graph asks again, says why, and takes the next answer."""
    result = await asking.aplan(to_approve())
    thread = thread_of("default", result.run_id)
    ids, problems = [result.pending[0].id], list[str]()
    for answer in ({"approve": True, "by": "eve@elsewhere.example"}, {"approve": "perhaps"}, YES.model_dump()):
        command: Command[object] = Command(resume={ids[-1]: answer} if is_named else answer)
        await asking.graph.ainvoke(command, thread, context=RunContext("default"))
        for asked in (await asking.graph.aget_state(thread)).interrupts:
            ids.append(asked.id)
            problems.append(str(asked.value["problem"]))
    assert ["not an approver" in problems[0], "no decision" in problems[1], len(problems)] == [True, True, 2]
    assert [plan.status for plan in await asking.alist()] == ["complete"]
    assert len(set(ids)) == 3
    assert [made.by for made in decisions(asking)] == [APPROVERS[0]]
