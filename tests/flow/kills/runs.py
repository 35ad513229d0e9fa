"""Writers of runs and of where they rest, to be killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from langgraph.checkpoint.conformance.test_utils import generate_checkpoint, generate_metadata

from nexusplanner.persistence.checkpoint_saver import DatabaseCheckpoints
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.runs_sql import SqlRuns
from nexusplanner.planner.runs import thread_of
from nexusplanner.ports.runs import Ending, Lease
from nexusplanner.testing.runs import row

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)
_SIZES = (700, 9_000)
"""Of values that are kept apart from their checkpoint's head."""


class WrittenRuns:
    """Runs that are begun and ended; an item is a run that was ended.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._runs, self.close = SqlRuns(database), database.close

    def write(self, number: int) -> None:
        """Begin and end."""
        begun = row(f"run-{number}", at=NOW)
        self._runs.add(begun)
        lease = Lease(begun.owner, NOW, NOW + timedelta(seconds=60))
        self._runs.end(begun.run_id, tenant="acme", lease=lease, ending=Ending("done", plan_id=f"plan-{number}"))

    def whole(self) -> set[int]:
        """Read every run: it is as it began, or as it ended."""
        found: set[int] = set()
        for run in self._runs.list(tenant="acme", limit=1_000_000):
            begun, number = row(run.run_id, at=NOW), int(run.run_id.removeprefix("run-"))
            if run.status == "done":
                ended = replace(begun, status="done", owner="", lease_until=None, more="", plan_id=f"plan-{number}")
                assert run == ended, run.run_id
                found.add(number)
            else:
                assert run == begun, run.run_id
        return found


class WrittenCheckpoints:
    """Checkpoints, each with what a branch left at it; an item is one of both.

    Args:
        saver: What keeps them.
    """

    def __init__(self, saver: DatabaseCheckpoints) -> None:
        self._saver, self.close = saver, saver.close

    def write(self, number: int) -> None:
        """Write a checkpoint, then what a branch left."""
        config, values = thread_of("acme", f"run-{number}"), _values(number)
        config["configurable"]["checkpoint_ns"] = ""
        versions: dict[str, str | int | float] = dict.fromkeys(values, self._saver.get_next_version(None, None))
        checkpoint = generate_checkpoint(channel_values={**values}, channel_versions=versions)
        written = self._saver.put(config, checkpoint, generate_metadata(step=1), versions)
        self._saver.put_writes(written, [*values.items()], "task-1")

    def whole(self) -> set[int]:
        """Read every checkpoint; no value is there without one."""
        found: set[int] = set()
        there = 0
        for item in self._saver.list(None):
            there += 1
            number = int(item.config["configurable"]["thread_id"].rpartition("run-")[2])
            left = {channel: value for _, channel, value in item.pending_writes or ()}
            assert item.checkpoint["channel_values"] == _values(number), number
            assert left in ({}, _values(number)), number
            if left:
                found.add(number)
        with self._saver.database.reading() as cursor:
            assert cursor.rows("SELECT count(*) FROM checkpoint_values") == [(there * len(_SIZES),)]
        return found


def _values(number: int) -> dict[str, str]:
    return {f"of {size}": f"run-{number}." * (size // 8) for size in _SIZES}
