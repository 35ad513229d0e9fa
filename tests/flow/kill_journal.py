"""Writers of the journal and of runs, to be killed: see ``kill_writes``."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from nexusplanner.persistence import SqliteLedger
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.journal_sqlite import SqliteJournal
from nexusplanner.persistence.runs_sql import SqlRuns
from nexusplanner.ports.ledger import Call, Hold, Scope
from nexusplanner.ports.runs import Ending, Lease
from nexusplanner.testing.journal import ENTRY
from nexusplanner.testing.runs import row

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)
_DAY = date(2027, 1, 9)
_WORDS = "So it is, and so it was. " * 160


class WrittenJournal:
    """Replies with their settlements; an item is a reply that was settled."""

    def __init__(self, folder: Path) -> None:
        self._books = SqliteLedger(folder / "ledger.sqlite", owner="a 1 1", is_gone=lambda _: False)
        self._journal = SqliteJournal(self._books)

    def write(self, number: int) -> None:
        """Hold; then settle and keep the reply, in one transaction."""
        scope, call = Scope("run", "run:acme:run-1"), Call("acme", _DAY, "run-1", f"agent-{number}", "m")
        hold = self._books.reserve(100, (scope,), call, now=0, hold_s=60)
        assert isinstance(hold, Hold)
        text = json.dumps({"number": number, "words": _WORDS})
        with self._books.together():
            self._journal.write(replace(ENTRY, call=f"agent-{number}", text=text), day=_DAY)
            self._books.settle(hold, ENTRY.paid)

    def whole(self) -> set[int]:
        """Compare the replies with the calls: there is one of each, or neither."""
        entries = self._journal.read("run-1", tenant="acme").entries
        settled = {int(line.agent.removeprefix("agent-")) for line in self._books.spend()}
        for entry in entries:
            kept = json.loads(entry.text)
            assert kept == {"number": int(entry.call.removeprefix("agent-")), "words": _WORDS}, entry.call
        assert {json.loads(entry.text)["number"] for entry in entries} == settled
        assert self._books.balance("run:acme:run-1").spent == ENTRY.paid.amount * len(settled)
        return settled

    def close(self) -> None:
        """Let go of the file."""
        self._books.close()


class WrittenRuns:
    """Runs that are begun and ended; an item is a run that was ended."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "nexusplanner.sqlite")
        self._runs = SqlRuns(self._database)

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

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
