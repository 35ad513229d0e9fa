"""The chronicle: what is noted of a run in the audit log, around its walk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nexusplanner.domain.audit import PLANNER, AuditAction, AuditNote
from nexusplanner.domain.model import JsonObject
from nexusplanner.planner.runs import Run
from nexusplanner.ports.audit import AuditLog
from nexusplanner.tenancy import acting


@asynccontextmanager
async def chronicled(run: Run, audit: AuditLog | None, action: AuditAction = "run.started") -> AsyncIterator[None]:
    """Note that a run begins to walk, and how that ended; a run that was killed has a beginning alone.

    Args:
        run: The run.
        audit: Where it is noted; None: nowhere.
        action: What begins: ``run.started`` or ``run.resumed``.
    """
    await _note(run, audit, action)
    try:
        yield
    except Exception as error:
        await _note(run, audit, "run.failed", error=type(error).__name__)
        raise
    if run.result is not None:  # a stream that nobody read to its end has none
        result = run.result
        ended: AuditAction = "run.waiting" if result.pending else "run.finished"
        await _note(run, audit, ended, status=result.status, plan=result.plan.id if result.plan else "")


async def _note(run: Run, audit: AuditLog | None, action: AuditAction, **details: str) -> None:
    await note_of_run(audit, run.run_id, action, tenant=run.context.tenant, **details)


async def note_of_run(audit: AuditLog | None, run_id: str, action: AuditAction, *, tenant: str, **details: str) -> None:
    """Note what happened to a run, and who did it."""
    if audit is not None:
        told: JsonObject = {**details}
        note = AuditNote(action=action, subject=run_id, actor=acting() or PLANNER, details=told)
        await audit.aappend(note, tenant=tenant)
