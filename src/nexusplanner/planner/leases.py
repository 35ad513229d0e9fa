"""Leases: this planner's hold on the runs that it walks, renewed while they last.

A thread looks at the rows from time to time, not the event loop: a loop that is busy with one run must not lose the
others.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

from nexusplanner.errors import RunCancelled, RunHeld
from nexusplanner.llm.warrant import Warrant
from nexusplanner.persistence.ledger_owner import owner_of
from nexusplanner.ports.runs import Lease, RunRow, Runs

LEASE_S = 60.0
LOOK_S = 1.0
_LOG = logging.getLogger("nexusplanner.runs")
_Key = tuple[str, str]


class Leases:
    """Holds runs for one planner in one process.

    Args:
        runs: The rows.
        now: The clock.
        lease_s: Seconds that a run is held without a sign of life.
        look_s: Seconds between looks at the rows: so long another process waits for a cancel to be seen.
    """

    def __init__(
        self, runs: Runs, *, now: Callable[[], datetime], lease_s: float = LEASE_S, look_s: float = LOOK_S
    ) -> None:
        self._runs, self._now, self._lease_s, self._look_s = runs, now, lease_s, look_s
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._walked: dict[_Key, Warrant] = {}
        self._thread: threading.Thread | None = None
        self._mark, self._pid, self._owner = token_hex(4), 0, ""
        self._renewed: datetime | None = None

    @property
    def owner(self) -> str:
        """This planner in this process, told apart from any other."""
        if self._pid != os.getpid():  # a forked child is another process
            self._pid, self._owner = os.getpid(), f"{owner_of(os.getpid())}#{self._mark}"
        return self._owner

    def lease(self) -> Lease:
        """Return a lease from now on."""
        now = self._now()
        return Lease(self.owner, now, now + timedelta(seconds=self._lease_s))

    def hold(self, tenant: str, run_id: str) -> Warrant:
        """Go on holding a run, whose row says that it is ours; the warrant is withdrawn once it is not."""
        warrant = Warrant()
        with self._lock:
            self._walked[tenant, run_id] = warrant
            if self._runs.waits and (self._thread is None or not self._thread.is_alive()):
                self._wake.clear()
                self._thread = threading.Thread(target=self._watch, name="nexusplanner-leases", daemon=True)
                self._thread.start()
        return warrant

    def let_go(self, tenant: str, run_id: str) -> None:
        """Hold a run no more."""
        with self._lock:
            self._walked.pop((tenant, run_id), None)

    def cancel(self, tenant: str, run_id: str) -> None:
        """Stop a run of this process at its next node or call, where it is walked here."""
        with self._lock:
            warrant = self._walked.get((tenant, run_id))
        if warrant is not None:
            warrant.withdraw(partial(RunCancelled, run_id))

    def look(self) -> None:
        """Look at the rows once: withdraw what was cancelled or taken, renew what is ours."""
        with self._lock:
            walked = dict(self._walked)
        now = self._now()
        is_due = self._renewed is None or (now - self._renewed).total_seconds() > self._lease_s / 3
        for tenant in {tenant for tenant, _ in walked}:
            mine = {row.run_id: row for row in self._runs.held(tenant=tenant, owner=self.owner)}
            for (whose, run_id), warrant in walked.items():
                if whose == tenant:
                    self._judge(warrant, mine.get(run_id), tenant, run_id)
            if is_due:
                self._runs.renew(tenant=tenant, lease=self.lease())
        self._renewed = now if is_due else self._renewed

    def close(self) -> None:
        """Look no more; what is walked goes on."""
        self._wake.set()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None and thread.is_alive():
            thread.join()

    def _judge(self, warrant: Warrant, row: RunRow | None, tenant: str, run_id: str) -> None:
        if row is not None and row.is_cancel_asked:
            warrant.withdraw(partial(RunCancelled, run_id))
        elif row is None and (taken := self._runs.get(run_id, tenant=tenant)) is not None and taken.owner:
            warrant.withdraw(partial(held_error, taken))

    def _watch(self) -> None:
        while not self._wake.wait(self._look_s):
            with self._lock:
                if not self._walked:
                    self._thread = None
                    return
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - a thread that ends here would let every lease run out
                _LOG.warning("The leases of runs were not looked after: %s", error)


def held_error(row: RunRow) -> RunHeld:
    """Say who walks a run, and until when."""
    until = row.lease_until.isoformat(timespec="seconds") if row.lease_until else "it ends"
    return RunHeld(row.run_id, owner=row.owner.partition("#")[0], until=until)
