"""Resuming: the verbs that are about runs: take one up again, list them, cancel one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from langgraph.types import StateSnapshot

from nexusplanner.domain.comparison import compare
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError
from nexusplanner.llm.tape import Tapes
from nexusplanner.observability.events import StartedEvent
from nexusplanner.planner.admission import admitted
from nexusplanner.planner.approving import ApprovalDesk, with_difference
from nexusplanner.planner.chronicle import chronicled, note_of_run
from nexusplanner.planner.entering import acts, acts_on_run
from nexusplanner.planner.listing import ListingCore
from nexusplanner.planner.resting import tidy
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.run_log import Walk, handed_in
from nexusplanner.planner.runs import Run, is_begun, thread_of, told_result
from nexusplanner.ports.runs import RunRow, RunStatus
from nexusplanner.settings import Limits


class ResumingCore(ListingCore):
    """Plans campaigns, and takes up runs that were interrupted or wait."""

    @acts_on_run
    async def aresume(
        self,
        run_id: str,
        answers: Mapping[str, Decision] | None = None,
        *,
        tenant: str | None = None,
        limits: Limits | None = None,
    ) -> PlanResult:
        """Let a run go on: after a crash or an interrupt where it stopped, or with the decisions it waits for.

        Replies that were paid for before are told again and cost nothing; the planning day, the seed and, unless
        given anew, the limits are those of the beginning.

        Args:
            run_id: The run.
            answers: Decisions by the ids of the questions; None where the run was interrupted.
            tenant: Whose run it is.
            limits: Ceilings from now on; what was spent counts.

        Returns:
            The plan; of a run that is done the plan that it made; of one that waits the plan with its questions.

        Raises:
            InputError: The tenant has no such run.
            RunHeld: Another process walks it: the error says which, and until when.
            RunCancelled: It was cancelled.
            ApprovalError: The run waits for nothing, or an answer is for another question.
        """
        owner = self._tenant(tenant)
        taken = await self._log.take(run_id, tenant=owner)
        if isinstance(taken, Walk):
            return await self._go_on(taken, answers, limits)
        if answers is not None:
            return await self._answer(run_id, answers, tenant=owner, limits=limits)
        if taken is None:
            raise no_such_run(run_id)
        return await self._finished(taken)

    @acts("list")
    async def aruns(
        self, *, statuses: Sequence[RunStatus] = (), limit: int = 50, tenant: str | None = None
    ) -> tuple[RunRow, ...]:
        """Return runs, the newest first.

        Args:
            statuses: Of these alone (``running``, ``waiting``, ``stopped``, ``failed``, ``cancelled``, ``done``).
            limit: The most.
            tenant: Whose.
        """
        owner = self._tenant(tenant)
        return await self._log.rows(tenant=owner, statuses=statuses, limit=limit)

    @acts("cancel")
    async def acancel(self, run_id: str, *, tenant: str | None = None) -> RunRow:
        """Cancel a run: nobody can resume it. One that is walked, here or elsewhere, stops at its next node or call.

        Raises:
            InputError: The tenant has no such run.
        """
        row = await self._log.cancel(run_id, tenant=self._tenant(tenant))
        if row is None:
            raise no_such_run(run_id)
        if row.status == "cancelled" or row.is_cancel_asked:
            await note_of_run(self._parts.audit, run_id, "run.cancelled", tenant=row.tenant)
        if row.status == "cancelled":
            await tidy(self.graph.checkpointer, thread_of(row.tenant, run_id)["configurable"]["thread_id"], keep=())
        return row

    async def _go_on(self, walk: Walk, answers: Mapping[str, Decision] | None, limits: Limits | None) -> PlanResult:
        row = walk.row
        bounds = limits or Limits.model_validate_json(row.limits)
        run = self._run(row.tenant, bounds, run_id=row.run_id, graph=self.graph if self._is_kept else None)
        run.walk_of = walk
        async with admitted(row.tenant), run.recorded():
            await self._tell_again(run, row)
            snapshot = await run.graph.aget_state(thread_of(row.tenant, row.run_id))
            await self._walk_on(run, row, snapshot, answers)
        result = run.finished()
        if answers is not None:
            run.result = result = with_difference(result, snapshot)
        if row.kind == "refine" and result.plan is not None and row.more:
            before = CampaignPlan.model_validate(json.loads(row.more)["plan"])
            run.result = replace(result, difference=compare(before, result.plan))
        return self._keep(run)

    @cached_property
    def _desk(self) -> ApprovalDesk:
        approvals, audit = self._parts.approvals, self._parts.audit
        if approvals is None or audit is None:
            raise RuntimeError("the parts were wired without records")
        return ApprovalDesk(approvals, audit, self._parts.now)

    async def _walk_on(
        self, run: Run, row: RunRow, snapshot: StateSnapshot, answers: Mapping[str, Decision] | None
    ) -> None:
        """Walk from where the run stopped; one that waits finds its decision where one was written down, or waits."""
        if answers is not None:
            command = await self._desk.take(snapshot, answers, tenant=row.tenant, run_id=row.run_id)
            async with chronicled(run, self._parts.audit, "run.resumed"):
                await run.go(command)
            return
        async with chronicled(run, self._parts.audit, "run.resumed"):
            await run.go(None if is_begun(snapshot) else handed_in(row), again=handed_in(row))

    async def _tell_again(self, run: Run, row: RunRow) -> None:
        """Hand the run what it was told before, and its purse what it spent."""
        purse, kept = run.purse, await self._parts.purses.treasury.aread(row.run_id, tenant=row.tenant)
        tapes = Tapes(purse, kept.entries)
        purse.lost_calls = max(kept.unknown_calls - tapes.cut, 0)
        if self._is_kept:
            run.context.tapes = tapes
        started = StartedEvent(run_id=row.run_id, is_resumed=True, replies=tapes.kept, changed=self._log.changed(row))
        run.told.append(started)

    async def _answer(
        self, run_id: str, answers: Mapping[str, Decision], *, tenant: str, limits: Limits | None
    ) -> PlanResult:
        """Answer a run that has no row: whatever waits there was begun before runs had any."""
        run = self._run(tenant, limits, run_id=run_id)
        snapshot = await self.graph.aget_state(thread_of(tenant, run_id))
        command = await self._desk.take(snapshot, answers, tenant=tenant, run_id=run_id)
        async with chronicled(run, self._parts.audit, "run.resumed"):
            await run.walk(command)
        run.result = with_difference(run.finished(), snapshot)
        return self._keep(run)

    async def _finished(self, row: RunRow) -> PlanResult:
        """Return what a run came to that is done."""
        plan = await self._parts.plans.get(row.plan_id, tenant=row.tenant) if row.plan_id else None
        result = told_result(row, plan)
        if row.kind == "plan" or plan is None or plan.refinement is None or result.status == "refused":
            return result
        before = await self._parts.plans.get(plan.refinement.parent, tenant=row.tenant)
        return replace(result, difference=compare(before, plan))


def no_such_run(run_id: str) -> InputError:
    """Say that a tenant has no such run."""
    return InputError("no run of this tenant has that id", field="run", value=run_id, fix="See: nexusplanner runs.")
