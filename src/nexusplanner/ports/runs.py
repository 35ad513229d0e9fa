"""Where runs are known: a row each, written before the graph begins to walk, with a lease on who walks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

RunStatus = Literal["running", "waiting", "stopped", "failed", "cancelled", "done"]
"""``running`` is walked, or was when its process died; ``waiting`` for a person; ``stopped`` and ``failed`` may be
resumed; ``cancelled`` and ``done`` are over."""
RunKind = Literal["plan", "refine"]
OVER: frozenset[RunStatus] = frozenset({"cancelled", "done"})


@dataclass(frozen=True)
class RunRow:
    """One run."""

    tenant: str
    run_id: str
    kind: RunKind
    name: str
    """The campaign's."""
    brief: str = field(repr=False)
    """As it was handed in, as JSON."""
    more: str = field(repr=False)
    """What else the graph was handed, as JSON; empty once the run is over."""
    seed: int
    day: str
    """The planning day: whoever resumes the run plans on the same."""
    limits: str = field(repr=False)
    """As JSON."""
    setup: str = field(repr=False)
    """What the run was set up with, as JSON, so that a change is told."""
    created_at: datetime
    updated_at: datetime
    status: RunStatus = "running"
    owner: str = ""
    """Who walks it: a process, and the planner in it; empty where nobody does."""
    lease_until: datetime | None = None
    """Until then nobody else may take it, unless the process is known to have ended."""
    lives: int = 1
    """How often it was begun or taken up again."""
    is_cancel_asked: bool = False
    plan_id: str = ""
    result: str = field(default="", repr=False)
    """What came of it, as JSON; the plan is kept by its id."""
    error: str = ""
    """What ended its last walk."""

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of it any more."""
        return self.status in OVER


@dataclass(frozen=True)
class Lease:
    """Who takes a run, when, and until when."""

    owner: str
    now: datetime
    until: datetime


@dataclass(frozen=True)
class Ending:
    """How a walk ended."""

    status: RunStatus
    plan_id: str = ""
    result: str = ""
    error: str = ""


@runtime_checkable
class Runs(Protocol):
    """Rows of runs. Safe to use from many threads and, where it is a database, from many processes."""

    @property
    def waits(self) -> bool:
        """Whether a call waits for a disk or a network."""
        ...

    def add(self, row: RunRow) -> None:
        """Keep a new run; it is on the disk when this returns.

        Raises:
            StorageError: It cannot be written, or there is a run of that id.
        """
        ...

    def get(self, run_id: str, *, tenant: str) -> RunRow | None:
        """Return a run, or None."""
        ...

    def list(self, *, tenant: str, statuses: Sequence[RunStatus] = (), limit: int = 50) -> tuple[RunRow, ...]:
        """Return runs, the newest first.

        Args:
            tenant: Whose.
            statuses: Of these alone; of all where there are none.
            limit: The most.
        """
        ...

    def claim(self, run_id: str, *, tenant: str, lease: Lease) -> RunRow | None:
        """Take a run that nobody walks; of many who try at once one gets it.

        Returns:
            The run as it is now: taken if its ``owner`` is the lease's; else it is over, or another walks it. None
            where there is no such run.
        """
        ...

    def renew(self, *, tenant: str, lease: Lease) -> None:
        """Go on holding all runs of an owner."""
        ...

    def held(self, *, tenant: str, owner: str) -> tuple[RunRow, ...]:
        """Return the runs that an owner walks: without those that were taken from it, with those to be cancelled."""
        ...

    def end(self, run_id: str, *, tenant: str, lease: Lease, ending: Ending) -> bool:
        """Say how a walk ended, and let go of the run.

        Returns:
            False where it is held by another by now; nothing was written.
        """
        ...

    def cancel(self, run_id: str, *, tenant: str, now: datetime) -> RunRow | None:
        """Cancel a run; one that is walked is asked to stop.

        Returns:
            The run as it is now, or None.
        """
        ...
