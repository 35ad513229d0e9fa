"""What everything that knows runs must do.

class TestMyRuns(RunsContract):
    def make(self, folder: Path, is_gone: Callable[[str], bool]) -> Runs:
        return MyRuns(is_gone=is_gone)
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexusplanner.errors import StorageError
from nexusplanner.ports.runs import Ending, Lease, RunRow, Runs

NOW = datetime(2027, 1, 9, 8, 30, 0, 123456, tzinfo=UTC)


def row(run_id: str = "run-1", *, owner: str = "place 1 1#a", tenant: str = "acme", at: datetime = NOW) -> RunRow:
    """Return the row of a run that was just begun."""
    return RunRow(
        tenant=tenant,
        run_id=run_id,
        kind="refine",
        name="Fill the workshops",
        brief='{"name": "Fill the workshops"}',
        more='{"feedback": "less"}',
        seed=7,
        day="2027-01-09",
        limits='{"usd": "1"}',
        setup='{"models": []}',
        created_at=at,
        updated_at=at,
        owner=owner,
        lease_until=at + timedelta(seconds=60),
    )


def lease(owner: str, *, after_s: float = 0.0) -> Lease:
    """Return a lease of a minute, some seconds after the run began."""
    now = NOW + timedelta(seconds=after_s)
    return Lease(owner, now, now + timedelta(seconds=60))


class RunsContract(ABC):
    """What everything that knows runs must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path, is_gone: Callable[[str], bool]) -> Runs:
        """Return a store that knows no runs; ``is_gone`` tells it whether a process has ended."""

    def test_a_run_comes_back_as_it_was_kept(self, tmp_path: Path) -> None:
        """Every field; to its tenant alone, and once."""
        runs = self.make(tmp_path, _nobody)
        assert isinstance(runs, Runs)
        assert runs.get("run-1", tenant="acme") is None
        runs.add(row())
        assert runs.get("run-1", tenant="acme") == row()
        assert runs.get("run-1", tenant="Acme") is None
        assert "run-1" in _refusal(lambda: runs.add(row()))

    def test_runs_are_listed_newest_first_and_by_status(self, tmp_path: Path) -> None:
        """A page of a tenant's own."""
        runs = self.make(tmp_path, _nobody)
        for at in range(4):
            runs.add(row(f"run-{at}", at=NOW + timedelta(seconds=at)))
        runs.add(row("run-9", tenant="other"))
        runs.end("run-2", tenant="acme", lease=lease("place 1 1#a"), ending=Ending("waiting", plan_id="plan-1"))
        assert [r.run_id for r in runs.list(tenant="acme", limit=3)] == ["run-3", "run-2", "run-1"]
        assert [r.run_id for r in runs.list(tenant="acme", statuses=("waiting", "done"))] == ["run-2"]
        assert [r.run_id for r in runs.held(tenant="acme", owner="place 1 1#a")] == ["run-0", "run-1", "run-3"]

    def test_a_run_that_is_walked_is_not_taken(self, tmp_path: Path) -> None:
        """Who asks sees who holds it, and until when."""
        runs = self.make(tmp_path, _nobody)
        runs.add(row())
        assert runs.claim("run-1", tenant="acme", lease=lease("place 2 2#b", after_s=59)) == row()
        assert runs.claim("run-2", tenant="acme", lease=lease("place 2 2#b")) is None
        assert runs.claim("run-1", tenant="other", lease=lease("place 2 2#b")) is None

    def test_a_run_is_taken_once_its_lease_is_over_or_its_process_is_gone(self, tmp_path: Path) -> None:
        """A lease that is renewed is not over; who lost a run cannot end it."""
        gone = set[str]()
        runs = self.make(tmp_path, gone.__contains__)
        runs.add(row())
        runs.renew(tenant="acme", lease=lease("place 1 1#a", after_s=50))
        held = runs.claim("run-1", tenant="acme", lease=lease("place 2 2#b", after_s=61))
        assert held is not None
        assert held.owner == "place 1 1#a"
        taken = runs.claim("run-1", tenant="acme", lease=lease("place 2 2#b", after_s=111))
        assert taken is not None
        assert (taken.owner, taken.lives, taken.status) == ("place 2 2#b", 2, "running")
        assert not runs.end("run-1", tenant="acme", lease=lease("place 1 1#a"), ending=Ending("done"))
        gone.add("place 2 2")
        again = runs.claim("run-1", tenant="acme", lease=lease("place 3 3#c", after_s=112))
        assert again is not None
        assert (again.owner, again.lives) == ("place 3 3#c", 3)

    def test_a_run_that_is_over_is_taken_by_nobody(self, tmp_path: Path) -> None:
        """What came of it stays; what it was handed goes."""
        runs = self.make(tmp_path, _nobody)
        runs.add(row())
        ending = Ending("done", plan_id="plan-1", result='{"status": "complete"}')
        assert runs.end("run-1", tenant="acme", lease=lease("place 1 1#a", after_s=5), ending=ending)
        done = runs.claim("run-1", tenant="acme", lease=lease("place 2 2#b", after_s=500))
        assert done is not None
        assert (done.status, done.owner, done.plan_id, done.more) == ("done", "", "plan-1", "")
        assert done.result == '{"status": "complete"}'
        assert runs.cancel("run-1", tenant="acme", now=NOW) == done

    def test_a_run_that_nobody_walks_is_cancelled_at_once(self, tmp_path: Path) -> None:
        """And then it is over."""
        runs = self.make(tmp_path, _nobody)
        runs.add(row())
        runs.end(
            "run-1", tenant="acme", lease=lease("place 1 1#a"), ending=Ending("stopped", error="KeyboardInterrupt")
        )
        cancelled = runs.cancel("run-1", tenant="acme", now=NOW)
        assert cancelled is not None
        assert (cancelled.status, cancelled.more) == ("cancelled", "")
        claimed = runs.claim("run-1", tenant="acme", lease=lease("place 2 2#b"))
        assert claimed is not None
        assert claimed.status == "cancelled"
        assert runs.cancel("run-2", tenant="acme", now=NOW) is None

    def test_a_run_that_is_walked_is_asked_to_stop(self, tmp_path: Path) -> None:
        """Where its process dies first, whoever takes it up finds it cancelled."""
        gone = set[str]()
        runs = self.make(tmp_path, gone.__contains__)
        runs.add(row())
        asked = runs.cancel("run-1", tenant="acme", now=NOW)
        assert asked is not None
        assert (asked.status, asked.is_cancel_asked) == ("running", True)
        assert runs.held(tenant="acme", owner="place 1 1#a") == (asked,)
        gone.add("place 1 1")
        found = runs.claim("run-1", tenant="acme", lease=lease("place 2 2#b"))
        assert found is not None
        assert (found.status, found.owner) == ("cancelled", "")

    def test_of_many_that_claim_at_once_one_gets_the_run(self, tmp_path: Path) -> None:
        """Sixteen threads, one run that was stopped."""
        runs = self.make(tmp_path, _nobody)
        runs.add(replace(row(), status="stopped", owner="", lease_until=None))
        owners = [f"place {n} {n}#x" for n in range(16)]
        got = list[str]()

        def claim(owner: str) -> None:
            taken = runs.claim("run-1", tenant="acme", lease=lease(owner))
            assert taken is not None
            got.append(taken.owner)

        threads = [threading.Thread(target=claim, args=(owner,)) for owner in owners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 16
        assert len(set(got)) == 1


def _nobody(_: str) -> bool:
    return False


def _refusal(work: Callable[[], object]) -> str:
    try:
        work()
    except StorageError as error:
        return str(error)
    return ""
