"""Approving: answers to what a run waits for are checked, written down once, and turned into the graph's command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from langgraph.types import Command, StateSnapshot

from nexusplanner.domain.approval import Decided, Question, check_answer, decided
from nexusplanner.domain.audit import AuditNote
from nexusplanner.domain.comparison import compare
from nexusplanner.domain.decision import Decision, Pending
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import ApprovalError, TenantError
from nexusplanner.planner.result import PlanResult
from nexusplanner.ports.approvals import Approvals
from nexusplanner.ports.audit import AuditLog


def questions_of(snapshot: StateSnapshot) -> dict[str, Question]:
    """Return what a run waits with, by the id that an answer has to name."""
    return {i.id: Question.model_validate(i.value) for i in snapshot.interrupts}


def pending_of(snapshot: StateSnapshot) -> tuple[Pending, ...]:
    """Return the questions a run waits with."""
    return tuple(
        Pending(
            id=id_,
            plan_id=asked.plan_id,
            approvers=asked.approvers,
            question=asked.question,
            plan_sha256=asked.plan_sha256,
            asked_at=asked.asked_at,
            expires_at=asked.expires_at,
            refused=asked.refused,
            problem=asked.problem,
        )
        for id_, asked in questions_of(snapshot).items()
    )


@dataclass(frozen=True)
class ApprovalDesk:
    """Takes answers in.

    Args:
        approvals: Where decisions are written down.
        audit: Where refused answers are noted.
        now: The clock.
    """

    approvals: Approvals
    audit: AuditLog
    now: Callable[[], datetime]

    async def take(
        self, snapshot: StateSnapshot, answers: Mapping[str, Decision], *, tenant: str, run_id: str
    ) -> Command[Any]:
        """Write decisions down, each once, and return the command that lets the run go on with them.

        Where a decision was written down and the run did not go on, for its process was killed, no answer need be
        handed in again, and no other one is taken.

        Raises:
            ApprovalError: Nothing waits, an answer is for another question, late, about another content, by somebody
                else, or the question was answered otherwise.
            TenantError: The run is another tenant's.
        """
        try:
            return await asyncio.to_thread(self._take, snapshot, answers, tenant, run_id)
        except ApprovalError as refused:
            if snapshot.values and snapshot.values.get("tenant") == tenant:
                await asyncio.to_thread(self._note_refused, refused, answers, tenant, run_id)
            raise

    def _take(self, snapshot: StateSnapshot, answers: Mapping[str, Decision], tenant: str, run_id: str) -> Command[Any]:
        if snapshot.values and snapshot.values.get("tenant") != tenant:
            raise TenantError("This run belongs to another tenant.", fix="Resume it with the tenant that began it.")
        waiting = questions_of(snapshot)
        if not waiting:
            raise self._nothing_waits(tenant, run_id)
        for id_ in answers:
            if id_ not in waiting:
                raise ApprovalError(f"Nothing waits for an answer to {id_!r}.", fix=f"Pending: {', '.join(waiting)}.")
        made = {id_: self._decided(asked, answers.get(id_), tenant, run_id) for id_, asked in waiting.items()}
        resumed = {id_: _as_answered(one) for id_, one in made.items() if one is not None}
        if not resumed:
            raise ApprovalError("No decision was handed in.", fix=f"Answer {', '.join(waiting)}.")
        return Command(resume=resumed)

    def _decided(self, asked: Question, decision: Decision | None, tenant: str, run_id: str) -> Decided | None:
        """Return what is decided about a question: what was written down, else what is written down now."""
        found = self.approvals.find(asked.key, tenant=tenant)
        if found is None and decision is not None:
            now = self.now()
            check_answer(asked, decision, now=now)
            found = self.approvals.record(decided(asked, decision, run_id=run_id, now=now), tenant=tenant)
        if found is not None and decision is not None and not found.is_answered_by(decision):
            raise ApprovalError(
                f"The question was answered already: {found}.", fix="Resume without an answer to let the run go on."
            )
        return found

    def _nothing_waits(self, tenant: str, run_id: str) -> ApprovalError:
        made = self.approvals.of_run(run_id, tenant=tenant)
        ended = f"It was answered: {made[-1]}." if made else "It ended, was never begun here, or was answered."
        return ApprovalError(f"Run {run_id!r} waits for nothing.", fix=ended)

    def _note_refused(self, refused: ApprovalError, answers: Mapping[str, Decision], tenant: str, run_id: str) -> None:
        by = ", ".join(sorted({decision.by for decision in answers.values() if decision.by}))
        note = AuditNote(
            action="decision.refused",
            subject=run_id,
            actor=by or "an approver",
            details={"problem": refused.message[:500]},
        )
        self.audit.append(note, tenant=tenant)


def with_difference(result: PlanResult, snapshot: StateSnapshot) -> PlanResult:
    """Say in what a version that an approver's edits gave differs from the one that waited."""
    plan = result.plan
    if plan is None or plan.refinement is None or plan.refinement.parent != snapshot.values["plan"]["id"]:
        return result
    return replace(result, difference=compare(CampaignPlan.model_validate(snapshot.values["plan"]), plan))


def _as_answered(made: Decided) -> dict[str, object]:
    given = Decision(approve=made.verdict != "rejected", by=made.by, reason=made.reason, edits=made.edits)
    return given.model_dump(mode="json")
