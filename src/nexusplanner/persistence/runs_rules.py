"""What may happen to a run's row, wherever it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from nexusplanner.ports.runs import Ending, Lease, RunRow

OwnerGone = Callable[[str], bool]
"""Tells whether a process is known to have ended."""


def is_held(row: RunRow, *, now: datetime, is_gone: OwnerGone) -> bool:
    """Tell whether somebody walks a run who may still be there."""
    if not row.owner or row.lease_until is None or row.lease_until <= now:
        return False
    return not is_gone(row.owner.partition("#")[0])


def claimed(row: RunRow, lease: Lease, *, is_gone: OwnerGone) -> RunRow:
    """Return a run as it is once somebody tried to take it."""
    if row.is_over or is_held(row, now=lease.now, is_gone=is_gone):
        return row
    if row.is_cancel_asked:
        return replace(row, status="cancelled", owner="", lease_until=None, more="", updated_at=lease.now)
    return replace(
        row,
        status="running",
        owner=lease.owner,
        lease_until=lease.until,
        lives=row.lives + 1,
        error="",
        updated_at=lease.now,
    )


def ended(row: RunRow, ending: Ending, *, at: datetime) -> RunRow:
    """Return a run as it is once its walk has ended."""
    changed = replace(row, status=ending.status, owner="", lease_until=None, updated_at=at, error=ending.error)
    plan_id, result = ending.plan_id or row.plan_id, ending.result or row.result
    return replace(changed, plan_id=plan_id, result=result, more="" if changed.is_over else row.more)


def cancelled(row: RunRow, *, now: datetime, is_gone: OwnerGone) -> RunRow:
    """Return a run as it is once somebody asked to cancel it."""
    if row.is_over:
        return row
    if is_held(row, now=now, is_gone=is_gone):
        return replace(row, is_cancel_asked=True, updated_at=now)
    asked = replace(row, is_cancel_asked=True)
    return ended(asked, Ending("cancelled"), at=now)
