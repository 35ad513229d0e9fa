"""A writer of outcomes and what follows from them, to be killed."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from nexusplanner.domain.outcome import Outcome
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.learning_sql import SqlLessons, SqlOutcomes
from nexusplanner.persistence.tables.learning import lesson_uses, lessons, outcomes, priors
from nexusplanner.ports.outcomes import Record
from nexusplanner.testing.learning_store import FIRST, sample_record

_CHANNELS = ("search", "tv")


class WrittenOutcomes:
    """Outcomes that are reported and then corrected; an item is one that was corrected.

    Each used a lesson of the first one, so that its counter tells how many there are.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database, self.close = database, database.close
        self._outcomes, self._lessons = SqlOutcomes(database), SqlLessons(database)
        self._first = sample_record(FIRST)
        asyncio.run(self._outcomes.record(self._first, tenant="acme"))

    def write(self, number: int) -> None:
        """Report, then report something else."""
        for record in self._records(number):
            asyncio.run(self._outcomes.record(record, tenant="acme"))

    def whole(self) -> set[int]:
        """Hold rows of every kind against the outcomes that count."""
        kept = asyncio.run(self._outcomes.list(tenant="acme", limit=1_000_000))
        assert self._first.outcome in kept
        found = {self._number(outcome): outcome for outcome in kept if outcome != self._first.outcome}
        assert len(found) == len(kept) - 1, "a plan has two outcomes that count"
        told = {number: [record.outcome for record in self._records(number)] for number in found}
        assert all(outcome in told[number] for number, outcome in found.items())
        corrected = {number for number, outcome in found.items() if outcome == told[number][-1]}
        self._compare(kept, replaced=len(corrected))
        return corrected

    def _compare(self, kept: tuple[Outcome, ...], *, replaced: int) -> None:
        told = asyncio.run(self._lessons.list(tenant="acme"))
        active = {lesson.outcome for lesson in told if lesson.status == "active"}
        assert active == {outcome.id for outcome in kept}
        assert len(told) == len(_CHANNELS) * (len(kept) + replaced)
        counted = next(lesson for lesson in told if lesson.id == self._first.lessons[0].id)
        assert counted.helped + counted.hurt == len(kept) - 1
        assert counted.helped == replaced
        rows = {lesson_uses: len(kept) - 1, priors: len(_CHANNELS) * len(kept), outcomes: len(kept) + replaced}
        with self._database.read() as connection:
            for table, asked in {**rows, lessons: len(told)}.items():
                there = connection.execute(select(func.count()).select_from(table)).scalar_one()
                assert there == asked, f"{table.name}: {there} rows, not {asked}"

    def _records(self, number: int) -> tuple[Record, Record]:
        plan, used = f"plan-{number + 16:016x}", (self._first.lessons[0].id,)
        wrong = sample_record(plan, brought=7.0, uses=used, has_helped=False)
        return wrong, sample_record(plan, uses=used)

    def _number(self, outcome: Outcome) -> int:
        return int(outcome.plan.removeprefix("plan-"), 16) - 16
