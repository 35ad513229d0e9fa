"""A writer of plans, to be killed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlalchemy import func, select, text

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.plan_words import words_kept
from nexusplanner.persistence.tables.evidence import plan_evidence
from nexusplanner.persistence.tables.plans import plan_words
from nexusplanner.ports import PlanQuery
from nexusplanner.testing import sample_plan

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)


class WrittenPlans:
    """Plans with their words and evidence.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database, self.close = database, database.close
        self._plans, self._plan = SqlPlans(database, now=lambda: NOW), sample_plan()

    def write(self, number: int) -> None:
        """Keep a plan."""
        plan = self._plan.model_copy(update={"id": f"plan-{number:016x}", "seed": number})
        asyncio.run(self._plans.save(plan, tenant="acme"))

    def whole(self) -> set[int]:
        """Read every plan, and count what is found by it."""
        found = asyncio.run(self._read())
        with self._database.read() as connection:
            items = connection.execute(select(func.count()).select_from(plan_evidence)).scalar_one()
            assert items == len(self._plan.evidence) * len(found)
            bits = connection.execute(select(plan_words.c.bits)).scalars()
            words = sum(int.from_bytes(block, "little").bit_count() for block in bits)
            assert words == len(words_kept(self._plan)) * len(found)
            if self._database.dialect == "sqlite":
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return found

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
                return found
