"""Writers that are killed: what a store said it had kept must be there, whole, and nothing may be there in part.

A store is a function from a folder to a :class:`Written`; add one to :data:`STORES` and it is killed with the others.
"""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn, Protocol

from sqlalchemy import func, text
from sqlalchemy import select as asked
from tests.flow.kill_journal import WrittenJournal, WrittenRuns

from nexusplanner.domain.audit import AuditNote
from nexusplanner.persistence import SqliteLedger
from nexusplanner.persistence.approvals_sql import SqlApprovals
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.plan_words import words_kept
from nexusplanner.persistence.tables.evidence import plan_evidence
from nexusplanner.persistence.tables.plans import plan_words
from nexusplanner.ports import PlanQuery
from nexusplanner.ports.ledger import Call, Hold, Paid, Scope
from nexusplanner.testing import sample_plan
from nexusplanner.testing.approvals import YES
from nexusplanner.testing.audit import checked

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)
_A_KILL = 1_000
"""Numbers that the writer of one kill may use."""


class Written(Protocol):
    """A store, as its writer and its reader see it."""

    def write(self, number: int) -> None:
        """Keep the item of this number; it counts as kept when this returns."""
        ...

    def whole(self) -> set[int]:
        """Return the numbers of all items that are there.

        Raises:
            AssertionError: One of them is there in part.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class WrittenPlans:
    """Plans with their words and evidence."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "nexusplanner.sqlite")
        self._plans, self._plan = SqlPlans(self._database, now=lambda: NOW), sample_plan()

    def write(self, number: int) -> None:
        """Keep a plan."""
        plan = self._plan.model_copy(update={"id": f"plan-{number:016x}", "seed": number})
        asyncio.run(self._plans.save(plan, tenant="acme"))

    def whole(self) -> set[int]:
        """Read every plan, and count what is found by it."""
        return asyncio.run(self._read())

    async def _read(self) -> set[int]:
        found: set[int] = set()
        after: str | None = None
        while True:
            page = await self._plans.list(PlanQuery(limit=1000, after=after), tenant="acme")
            for plan in await self._plans.load([shown.id for shown in page], tenant="acme"):
                number = int(plan.id.removeprefix("plan-"), 16)
                assert plan == self._plan.model_copy(update={"id": plan.id, "seed": number}), plan.id
                found.add(number)
            if (after := page.after) is None:
                break
        with self._database.read() as connection:
            items = connection.execute(asked(func.count()).select_from(plan_evidence)).scalar_one()
            assert items == len(self._plan.evidence) * len(found)
            bits = connection.execute(asked(plan_words.c.bits)).scalars()
            assert sum(int.from_bytes(block, "little").bit_count() for block in bits) == len(
                words_kept(self._plan)
            ) * len(found)
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class WrittenBooks:
    """Money held and settled; an item is a settled call."""

    def __init__(self, folder: Path) -> None:
        self._books = SqliteLedger(folder / "ledger.sqlite", owner="a 1 1", is_gone=lambda _: False)

    def write(self, number: int) -> None:
        """Hold and settle."""
        scope, call = Scope("day", "day:2027-01-09"), Call("acme", date(2027, 1, 9), "run", f"agent-{number}", "m")
        hold = self._books.reserve(5, (scope,), call, now=0, hold_s=60)
        assert isinstance(hold, Hold)
        self._books.settle(hold, Paid(3))

    def whole(self) -> set[int]:
        """Compare the sum of the calls with what the scope says."""
        calls = self._books.spend()
        spent = self._books.balance("day:2027-01-09").spent
        assert sum(row.amount for row in calls) == spent == 3 * len(calls)
        return {int(row.agent.removeprefix("agent-")) for row in calls}

    def close(self) -> None:
        """Let go of the file."""
        self._books.close()


class WrittenAudit:
    """A chain of entries and its head."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "nexusplanner.sqlite")
        self._log = SqlAudit(self._database, lambda: NOW)

    def write(self, number: int) -> None:
        """Note something."""
        self._log.append(AuditNote(action="plan.saved", subject=f"plan-{number}"), tenant="acme")

    def whole(self) -> set[int]:
        """Check the chain against its head."""
        report = checked(self._log, "acme")
        assert report.is_intact, str(report)
        entries = self._log.read(tenant="acme", limit=report.head.seq + 1)
        return {int(entry.subject.removeprefix("plan-")) for entry in entries}

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class WrittenDecisions:
    """Decisions, each with its note in the audit log."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "nexusplanner.sqlite")
        self._log = SqlAudit(self._database, lambda: NOW)
        self._register = SqlApprovals(self._database, self._log)

    def write(self, number: int) -> None:
        """Write a decision down."""
        made = YES.model_copy(update={"question": f"{number:09d}"})
        assert self._register.record(made, tenant="acme") == made

    def whole(self) -> set[int]:
        """Compare decisions with their notes."""
        decided = self._register.list(tenant="acme", limit=1_000_000)
        noted = self._log.read(tenant="acme", limit=1_000_000)
        assert checked(self._log, "acme").is_intact
        assert sorted(made.question for made in decided) == sorted(str(e.details["question"]) for e in noted)
        return {int(made.question) for made in decided}

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


STORES: dict[str, Callable[[Path], Written]] = {
    "plans": WrittenPlans,
    "books": WrittenBooks,
    "audit": WrittenAudit,
    "decisions": WrittenDecisions,
    "journal": WrittenJournal,
    "runs": WrittenRuns,
}


@dataclass(frozen=True)
class Killed:
    """What came of a number of kills."""

    kills: int
    acknowledged: int
    lost: int
    unacknowledged: int
    """Items that were on the disk although the writer had no time to say so; they are whole, too."""


def killed(store: Callable[[Path], Written], folder: Path, *, kills: int, seed: int = 0) -> Killed:
    """Kill a writer so many times, each at another moment, and read the store after each.

    Raises:
        AssertionError: An item is there in part.
    """
    random_ = random.Random(seed)
    said: set[int] = set()
    found: set[int] = set()
    for kill in range(kills):
        said |= _killed_once(store, folder, kill * _A_KILL, acks=random_.randrange(4), wait_s=random_.random() * 0.01)
        with closing(store(folder)) as opened:
            found = opened.whole()
        assert said <= found, sorted(said - found)
    return Killed(kills, len(said), len(said - found), len(found - said))


def _killed_once(store: Callable[[Path], Written], folder: Path, start: int, *, acks: int, wait_s: float) -> set[int]:
    """Let a writer begin at a number, wait for some items and then some time, and kill it."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        _write_until_killed(store, folder, start, to=writing)
    os.close(writing)
    with open(reading, "rb", buffering=0) as told:  # noqa: PTH123 - a pipe has no path
        said = [told.readline() for _ in range(acks)]
        select.select([], [], [], wait_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said += told.read().splitlines(keepends=True)
    return {int(line) for line in said if line.endswith(b"\n")}


def _write_until_killed(store: Callable[[Path], Written], folder: Path, start: int, *, to: int) -> NoReturn:
    try:
        opened = store(folder)
        for number in range(start, start + _A_KILL):
            opened.write(number)
            os.write(to, b"%d\n" % number)
    finally:
        os._exit(1)
