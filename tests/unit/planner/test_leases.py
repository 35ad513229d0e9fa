"""Leases: a run is held as long as its planner lives, and let go of when somebody else has it or cancels it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nexusplanner.errors import RunCancelled, RunHeld
from nexusplanner.persistence.runs_memory import InMemoryRuns
from nexusplanner.planner.leases import Leases
from nexusplanner.ports.runs import Lease
from nexusplanner.testing.runs import row


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2027, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def held(runs: InMemoryRuns, leases: Leases) -> None:
    """Begin a run that a planner holds."""
    lease = leases.lease()
    runs.add(replace(row(), owner=lease.owner, lease_until=lease.until))


def test_a_lease_is_renewed_while_the_run_lasts() -> None:
    """Every third of its time, for all runs at once."""
    clock, runs = Clock(), InMemoryRuns(is_gone=lambda _: False)
    leases = Leases(runs, now=clock, lease_s=60)
    held(runs, leases)
    warrant = leases.hold("acme", "run-1")
    for _ in range(9):
        clock.now += timedelta(seconds=10)
        leases.look()
    found = runs.get("run-1", tenant="acme")
    assert found is not None
    assert found.lease_until is not None
    assert found.lease_until >= clock.now + timedelta(seconds=30)
    warrant.check()


def test_a_run_that_was_taken_is_left_at_once() -> None:
    """A process that slept too long must not go on beside the one that took its run."""
    clock, runs = Clock(), InMemoryRuns(is_gone=lambda _: False)
    leases = Leases(runs, now=clock)
    held(runs, leases)
    warrant = leases.hold("acme", "run-1")
    later = clock.now + timedelta(seconds=100)
    runs.claim("run-1", tenant="acme", lease=Lease("elsewhere 2 2#b", later, later + timedelta(seconds=60)))
    leases.look()
    with pytest.raises(RunHeld, match="elsewhere 2 2"):
        warrant.check()


def test_a_cancel_is_seen_and_another_tenants_run_of_that_id_is_not_touched() -> None:
    clock, runs = Clock(), InMemoryRuns(is_gone=lambda _: False)
    leases = Leases(runs, now=clock)
    held(runs, leases)
    lease = leases.lease()
    runs.add(replace(row(tenant="other"), owner=lease.owner, lease_until=lease.until))
    mine, theirs = leases.hold("acme", "run-1"), leases.hold("other", "run-1")
    runs.cancel("run-1", tenant="acme", now=clock.now)
    leases.look()
    theirs.check()
    assert mine.is_withdrawn
    with pytest.raises(RunCancelled):
        mine.check()


def test_a_run_that_ended_is_not_looked_at() -> None:
    runs = InMemoryRuns()
    leases = Leases(runs, now=Clock())
    warrant = leases.hold("acme", "run-1")
    leases.let_go("acme", "run-1")
    leases.look()
    assert not warrant.is_withdrawn
