"""Writers of what is on record, to be killed: the audit log, decisions of people, steps of agents."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from nexusplanner.domain.audit import AuditNote
from nexusplanner.domain.step import StepQuery
from nexusplanner.persistence.approvals_sql import SqlApprovals
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.steps_sql import SqlSteps
from nexusplanner.testing.approvals import YES
from nexusplanner.testing.audit import checked
from nexusplanner.testing.steps import step

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)


class WrittenAudit:
    """A chain of entries and its head.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._log, self.close = SqlAudit(database, lambda: NOW), database.close

    def write(self, number: int) -> None:
        """Note something."""
        self._log.append(AuditNote(action="plan.saved", subject=f"plan-{number}"), tenant="acme")

    def whole(self) -> set[int]:
        """Check the chain against its head."""
        report = checked(self._log, "acme")
        assert report.is_intact, str(report)
        entries = self._log.read(tenant="acme", limit=report.head.seq + 1)
        return {int(entry.subject.removeprefix("plan-")) for entry in entries}


class WrittenDecisions:
    """Decisions, each with its note in the audit log.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._log, self.close = SqlAudit(database, lambda: NOW), database.close
        self._register = SqlApprovals(database, self._log)

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


class WrittenSteps:
    """Steps of agents, some at a time; an item is one call's, all or none.

    Args:
        database: Where.
    """

    _EACH = 5

    def __init__(self, database: Database) -> None:
        self._steps, self.close = SqlSteps(database), database.close

    def write(self, number: int) -> None:
        """Keep a group."""
        group = [step(number * self._EACH + at) for at in range(self._EACH)]
        asyncio.run(self._steps.add(group, tenant="acme"))

    def whole(self) -> set[int]:
        """Read them all; each group is complete."""
        found = asyncio.run(self._read())
        numbers = {number // self._EACH for number in found}
        assert found == {number * self._EACH + at for number in numbers for at in range(self._EACH)}
        return numbers

    async def _read(self) -> set[int]:
        found: set[int] = set()
        after = ""
        while True:
            page = await self._steps.page(StepQuery(after=after, size=1_000), tenant="acme")
            for kept in page.steps:
                number = int(kept.id.removeprefix("step-"), 16)
                assert kept == step(number), kept.id
                found.add(number)
            if not (after := page.following):
                return found
