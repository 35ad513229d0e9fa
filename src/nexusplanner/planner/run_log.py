"""The log of runs: a row before the graph begins to walk, and how each walk ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import ApprovalError, NexusError, RunCancelled, RunHeld
from nexusplanner.graph.state import PlanState
from nexusplanner.llm.treasury import Treasury
from nexusplanner.llm.warrant import Warrant
from nexusplanner.planner.leases import Leases, held_error
from nexusplanner.ports.runs import Ending, RunRow, Runs, RunStatus
from nexusplanner.settings import Limits

R = TypeVar("R")
_IN_ROW = frozenset({"brief", "tenant", "seed", "today"})


@dataclass(frozen=True)
class Walk:
    """One walk of a run through the graph, on the books of runs."""

    log: RunLog
    row: RunRow
    warrant: Warrant

    async def ended(self, ending: Ending) -> None:
        """Say how it ended, and let go of the run."""
        await self.log.end(self.row, ending)

    async def broken_off(self, error: BaseException) -> None:
        """Say why it ended before its end: the run may be resumed unless it was cancelled."""
        if isinstance(error, RunHeld):
            self.log.leases.let_go(self.row.tenant, self.row.run_id)
        else:
            await asyncio.shield(self.log.end(self.row, _ending(error)))


class RunLog:
    """Notes the runs of one planner.

    Args:
        runs: The rows.
        treasury: Holds the journal, whose entries of a finished run are let go of.
        now: The clock.
        setup: Tells what runs are set up with: names and fingerprints.
        keep_days: Days that the journal of a run is kept that nobody resumed.
    """

    def __init__(
        self,
        runs: Runs,
        treasury: Treasury,
        *,
        now: Callable[[], datetime],
        setup: Callable[[], JsonObject],
        keep_days: int,
    ) -> None:
        self.runs, self._treasury, self._now, self._setup = runs, treasury, now, setup
        self._keep_days, self._pruned = keep_days, ""
        self.leases = Leases(runs, now=now)

    async def begin(self, run_id: str, given: PlanState, limits: Limits) -> Walk:
        """Write the row of a new run; it is on the disk when this returns.

        Raises:
            StorageError: It cannot be written.
        """
        lease, handed = self.leases.lease(), cast(JsonObject, dict(given))
        is_new = "feedback" not in handed
        brief = handed["brief"] if is_new else cast(JsonObject, handed["plan"])["brief"]
        more = {key: value for key, value in handed.items() if key not in _IN_ROW}
        row = RunRow(
            tenant=given["tenant"],
            run_id=run_id,
            kind="plan" if is_new else "refine",
            name=_name_of(brief),
            brief=_written(brief),
            more=_written(more) if more else "",
            seed=given["seed"],
            day=given["today"],
            limits=limits.model_dump_json(),
            setup=canonical(self._setup()),
            created_at=lease.now,
            updated_at=lease.now,
            owner=lease.owner,
            lease_until=lease.until,
        )
        await self._off_loop(lambda: self.runs.add(row))
        return self._walk(row)

    async def take(self, run_id: str, *, tenant: str) -> Walk | RunRow | None:
        """Take up a run that nobody walks.

        Returns:
            A walk; the row of a run that is done; None where there is no such run.

        Raises:
            RunCancelled: It was cancelled.
            RunHeld: Another walks it.
        """
        lease = self.leases.lease()
        row = await self._off_loop(lambda: self.runs.claim(run_id, tenant=tenant, lease=lease))
        if row is None or row.status == "done":
            return row
        if row.status == "cancelled":
            raise RunCancelled(run_id)
        if row.owner != lease.owner or row.lease_until != lease.until:  # the same planner may walk it already
            raise held_error(row)
        return self._walk(row)

    async def end(self, row: RunRow, ending: Ending) -> None:
        """Say how a walk ended; the journal of a run that is over is let go of."""
        self.leases.let_go(row.tenant, row.run_id)
        lease = self.leases.lease()
        await self._off_loop(lambda: self.runs.end(row.run_id, tenant=row.tenant, lease=lease, ending=ending))
        if ending.status in {"done", "cancelled"}:
            self._treasury.forget(row.run_id, tenant=row.tenant)
            self._prune()

    async def row(self, run_id: str, *, tenant: str) -> RunRow | None:
        """Return a run, or None."""
        return await self._off_loop(lambda: self.runs.get(run_id, tenant=tenant))

    async def rows(self, *, tenant: str, statuses: Sequence[RunStatus], limit: int) -> tuple[RunRow, ...]:
        """Return runs, the newest first."""
        return await self._off_loop(lambda: self.runs.list(tenant=tenant, statuses=statuses, limit=limit))

    async def cancel(self, run_id: str, *, tenant: str) -> RunRow | None:
        """Cancel a run; one that is walked stops at its next node or call, wherever that is."""
        row = await self._off_loop(lambda: self.runs.cancel(run_id, tenant=tenant, now=self._now()))
        if row is not None and row.is_cancel_asked:
            self.leases.cancel(tenant, run_id)
        if row is not None and row.status == "cancelled":
            self._treasury.forget(run_id, tenant=tenant)
        return row

    def changed(self, row: RunRow) -> tuple[str, ...]:
        """Name what is set up otherwise than when a run began."""
        then, now = json.loads(row.setup), self._setup()
        return tuple(sorted(name for name in {*then, *now} if then.get(name) != now.get(name)))

    def close(self) -> None:
        """Look after leases no more."""
        self.leases.close()

    def _walk(self, row: RunRow) -> Walk:
        return Walk(self, row, self.leases.hold(row.tenant, row.run_id))

    def _prune(self) -> None:
        """Let go of what nobody resumed for long, once a day."""
        today = self._now().date()
        if self._pruned != today.isoformat():
            self._pruned = today.isoformat()
            self._treasury.prune(before=today - timedelta(days=self._keep_days))

    async def _off_loop(self, work: Callable[[], R]) -> R:
        return await asyncio.to_thread(work) if self.runs.waits else work()


def handed_in(row: RunRow) -> PlanState:
    """Return what the graph was handed when a run began."""
    more = json.loads(row.more) if row.more else {}
    given = {**more, "tenant": row.tenant, "seed": row.seed, "today": row.day}
    return cast(PlanState, given if row.kind == "refine" else {**given, "brief": json.loads(row.brief)})


def _name_of(brief: object) -> str:
    name = brief.get("name") if isinstance(brief, dict) else None
    return name[:200].encode("utf-8", "replace").decode() if isinstance(name, str) else ""


def _written(given: object) -> str:
    """Write what was handed in; what cannot be written is no brief, and the run says so at its first step."""
    try:
        return json.dumps(given, default=str)
    except (TypeError, ValueError, RecursionError):
        return "{}"


def _ending(error: BaseException) -> Ending:
    if isinstance(error, RunCancelled):
        return Ending("cancelled")
    if isinstance(error, ApprovalError):
        return Ending("waiting", error=error.message)
    if isinstance(error, NexusError):
        return Ending("failed", error=error.message)
    return Ending("failed" if isinstance(error, Exception) else "stopped", error=type(error).__name__)
