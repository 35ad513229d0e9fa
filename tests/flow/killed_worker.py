"""A process that plans in children of its own, each of which may kill itself at a commit: ``python -m`` runs it.

It loads everything once and forks, so that a child begins at once. A job comes as a line of JSON, the child's number
and how it ended go back as lines.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from nexusplanner import CampaignBrief, Planner, Settings
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.operations import Storage
from nexusplanner.settings import Limits

T = TypeVar("T")
TODAY = date(2026, 11, 2)
_TABLE = re.compile(
    r"\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM|CREATE TABLE)\s+\"?(\w+)", re.IGNORECASE
)


class Commits:
    """Counts the commits of this process, and ends it at one of them.

    Args:
        at: Which commit, from 0; below 0 none.
        when: ``before`` it happens, or ``after``.
        note: Where the commits are named, one a line.
    """

    def __init__(self, at: int, when: str, note: Path) -> None:
        self._at, self._when, self._seen = at, when, -1
        self._note = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def around(self, name: str, commit: Callable[[], T]) -> T:
        """Commit, or die."""
        self._seen += 1
        is_here = self._seen == self._at
        os.write(self._note, f"{name}\n".encode())
        if is_here and self._when == "before":
            _die()
        done = commit()
        if is_here and self._when == "after":
            _die()
        return done


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def watched(commits: Commits) -> type[sqlite3.Connection]:
    """Return a connection whose commits are counted and named by its file and the tables written to."""

    class Watched(sqlite3.Connection):
        def __init__(self, database: object, *given: object, **named: object) -> None:
            super().__init__(str(database), *given, **named)  # type: ignore[arg-type]
            self._file, self._tables = Path(str(database)).name, dict[str, None]()
            self.set_trace_callback(self._trace)

        def _trace(self, statement: str) -> None:
            if found := _TABLE.match(statement):
                self._tables[found[1].lower()] = None

        def _name(self) -> str:
            name = f"{self._file}: {' '.join(sorted(self._tables)) or 'nothing'}"
            self._tables.clear()
            return name

        def execute(self, sql: str, *given: object) -> sqlite3.Cursor:
            if sql != "COMMIT":
                return super().execute(sql, *given)  # type: ignore[arg-type]
            return commits.around(self._name(), partial(super().execute, sql))

        def commit(self) -> None:
            if self.in_transaction:
                commits.around(self._name(), super().commit)

    return Watched


async def plan(job: JsonObject) -> None:
    """Plan, or take up a run; the plan is left in a file."""
    settings = Settings(
        openai_api_key=SecretStr("sk-test"),
        openai_base_url=str(job["base_url"]),
        limits=Limits(usd=100),
        seed=int(str(job["seed"])),
        storage=Storage(url=SecretStr(str(job["url"])) if job.get("url") else None),
    )
    models, workspace = ("openai:gpt-5-mini",), Path(str(job["workspace"]))
    async with Planner(models=models, settings=settings, workspace=workspace, clock=lambda: TODAY) as planner:
        if run_id := job.get("run_id"):
            result = await planner.aresume(str(run_id))
        else:
            result = await planner.aplan(CampaignBrief.parse(job["brief"]))
        made = {
            "plan": result.plan.to_json() if result.plan else "",
            "events": [event.model_dump(mode="json") for event in result.events if event.type != "stage"],
            "status": [row.status for row in await planner.aruns()],
        }
    (workspace / "made.json").write_text(json.dumps(made), "utf-8")


def _in_a_child(job: JsonObject) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        commits = Commits(
            int(str(job.get("at", -1))), str(job.get("when", "")), Path(str(job["workspace"])) / "commits"
        )
        connect = partial(sqlite3.connect, factory=watched(commits))
        sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
        if job.get("url"):
            _watch_postgres(commits)
        asyncio.run(plan(job))
        code = 0
    except BaseException as error:
        (Path(str(job["workspace"])) / "error").write_text(repr(error), "utf-8")
    finally:
        os._exit(code)


def _watch_postgres(commits: Commits) -> None:
    import psycopg

    commit = psycopg.Connection.commit
    psycopg.Connection.commit = lambda self: commits.around("postgres", partial(commit, self))  # type: ignore[method-assign]


def _tell(told: object) -> None:
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()


def main() -> None:
    """Do jobs until there are no more."""
    asyncio.run(plan(json.loads(sys.stdin.readline())))
    _tell("ready")
    for line in sys.stdin:
        child = _in_a_child(json.loads(line))
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
