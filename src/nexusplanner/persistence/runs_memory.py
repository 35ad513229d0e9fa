"""Runs in memory: gone with the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from nexusplanner.errors import StorageError
from nexusplanner.persistence.ledger_owner import is_gone
from nexusplanner.persistence.runs_rules import cancelled, claimed, ended
from nexusplanner.ports.runs import Ending, Lease, RunRow, RunStatus

MOST = 1024
"""Runs kept; the oldest that nobody walks are let go."""


class InMemoryRuns:
    """Knows the newest runs of one process.

    Args:
        is_gone: Tells whether a process has ended.
        most: Runs kept.
    """

    waits = False

    def __init__(self, *, is_gone: Callable[[str], bool] = is_gone, most: int = MOST) -> None:
        self._lock, self._is_gone, self._most = threading.Lock(), is_gone, most
        self._rows: OrderedDict[tuple[str, str], RunRow] = OrderedDict()

    def add(self, row: RunRow) -> None:
        """Keep a new run."""
        with self._lock:
            if (row.tenant, row.run_id) in self._rows:
                raise same_id(row.run_id)
            self._rows[row.tenant, row.run_id] = row
            over = len(self._rows) - self._most
            for key in [key for key, kept in self._rows.items() if not kept.owner][: max(over, 0)]:
                del self._rows[key]

    def get(self, run_id: str, *, tenant: str) -> RunRow | None:
        """Return a run, or None."""
        with self._lock:
            return self._rows.get((tenant, run_id))

    def list(self, *, tenant: str, statuses: Sequence[RunStatus] = (), limit: int = 50) -> tuple[RunRow, ...]:
        """Return runs, the newest first."""
        with self._lock:
            rows = [r for r in self._rows.values() if r.tenant == tenant and (not statuses or r.status in statuses)]
        return tuple(sorted(rows, key=lambda r: (r.created_at, r.run_id), reverse=True)[:limit])

    def claim(self, run_id: str, *, tenant: str, lease: Lease) -> RunRow | None:
        """Take a run that nobody walks."""
        return self._changed(run_id, tenant, lambda row: claimed(row, lease, is_gone=self._is_gone))

    def renew(self, *, tenant: str, lease: Lease) -> None:
        """Go on holding all runs of an owner."""
        with self._lock:
            for key, row in self._rows.items():
                if (row.tenant, row.owner) == (tenant, lease.owner):
                    self._rows[key] = replace(row, lease_until=lease.until)

    def held(self, *, tenant: str, owner: str) -> tuple[RunRow, ...]:
        """Return the runs that an owner walks."""
        with self._lock:
            return tuple(row for row in self._rows.values() if (row.tenant, row.owner) == (tenant, owner))

    def end(self, run_id: str, *, tenant: str, lease: Lease, ending: Ending) -> bool:
        """Say how a walk ended."""
        row = self.get(run_id, tenant=tenant)
        if row is None or row.owner != lease.owner:
            return False
        return self._changed(run_id, tenant, lambda found: ended(found, ending, at=lease.now)) is not None

    def cancel(self, run_id: str, *, tenant: str, now: datetime) -> RunRow | None:
        """Cancel a run."""
        return self._changed(run_id, tenant, lambda row: cancelled(row, now=now, is_gone=self._is_gone))

    def _changed(self, run_id: str, tenant: str, change: Callable[[RunRow], RunRow]) -> RunRow | None:
        with self._lock:
            if (row := self._rows.get((tenant, run_id))) is None:
                return None
            self._rows[tenant, run_id] = changed = change(row)
            return changed


def same_id(run_id: str) -> StorageError:
    """Say that there is a run of an id."""
    return StorageError(f"There is a run {run_id!r} already.", fix="Give each run an id of its own.")
