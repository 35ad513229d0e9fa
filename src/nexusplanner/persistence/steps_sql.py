"""Steps in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, Select, and_, delete, or_, select

from nexusplanner.domain.step import Step, StepPage, StepQuery
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.step_places import Place, checked, microseconds, place_named, place_of
from nexusplanner.persistence.tables.steps import steps as table
from nexusplanner.persistence.upsert import insert_into

_EVERY = 16
"""How many groups are added between two prunings: so many more than is allowed may stand for a while."""
_DAY_US = timedelta(days=1) // timedelta(microseconds=1)


class SqlSteps:
    """Keeps steps in a database, within bounds of age and number.

    Args:
        database: The database.
        keep_days: Days after which a step goes, reckoned from the tenant's newest.
        keep_steps: The most of a tenant; the oldest go first.
        prune_every: Groups between two prunings.
    """

    def __init__(
        self, database: Database, *, keep_days: int = 400, keep_steps: int = 20_000, prune_every: int = _EVERY
    ) -> None:
        self._database, self._most = database, keep_steps
        self._keep_us, self._every = keep_days * _DAY_US, prune_every
        self._added: dict[str, int] = {}

    async def add(self, steps: Sequence[Step], *, tenant: str) -> None:
        """Keep steps, all or none."""
        owner = checked(steps, tenant)
        rows = [_row(step) for step in steps]
        count = self._added.get(owner, self._every - 1) + 1  # the first of a process prunes: it may be its only one
        self._added[owner] = count % self._every
        if rows:
            await self._database.awrite(lambda on: self._write(on, rows, owner, is_due=count >= self._every))

    async def page(self, query: StepQuery, *, tenant: str) -> StepPage:
        """Return a page, by one query."""
        owner, start = tenant_name(tenant), place_named(query.after)
        if not self._database.is_there:
            return StepPage()
        rows = await self._database.aread(lambda on: on.execute(_page(query, owner, start)).scalars().all())
        found = tuple(Step.model_validate_json(text) for text in rows[: query.size])
        return StepPage(steps=found, following=str(place_of(found[-1])) if len(rows) > query.size else "")

    async def forget(self, *, tenant: str) -> int:
        """Remove all of a tenant's steps."""
        owner = tenant_name(tenant)
        gone = delete(table).where(table.c.tenant == owner)
        return await self._database.awrite(lambda on: on.execute(gone).rowcount) if self._database.is_there else 0

    def _write(self, on: Connection, rows: list[dict[str, object]], tenant: str, *, is_due: bool) -> None:
        on.execute(insert_into(table, on).on_conflict_do_nothing(), rows)
        if is_due:
            self._prune(on, tenant)

    def _prune(self, on: Connection, tenant: str) -> None:
        mine = table.c.tenant == tenant
        order = (table.c.at.desc(), table.c.step_id.desc())
        newest = on.execute(select(table.c.at).where(mine).order_by(*order).limit(1)).scalar()
        if newest is not None:
            on.execute(delete(table).where(mine, table.c.at < newest - self._keep_us))
        last = on.execute(select(table.c.at, table.c.step_id).where(mine).order_by(*order).offset(self._most).limit(1))
        if (place := last.first()) is not None:
            before = or_(table.c.at < place.at, and_(table.c.at == place.at, table.c.step_id <= place.step_id))
            on.execute(delete(table).where(mine, before))


def _row(step: Step) -> dict[str, object]:
    return {
        "tenant": step.tenant,
        "step_id": step.id,
        "at": microseconds(step.at),
        "run_id": step.run,
        "agent": step.agent,
        "rung": step.rung,
        "text": step.model_dump_json(),
    }


def _page(query: StepQuery, tenant: str, start: Place | None) -> Select[str]:
    asked = select(table.c.text).where(table.c.tenant == tenant).order_by(table.c.at, table.c.step_id)
    for column, value in ((table.c.run_id, query.run), (table.c.agent, query.agent), (table.c.rung, query.rung)):
        if value is not None:
            asked = asked.where(column == value)
    if query.since is not None:
        asked = asked.where(table.c.at >= microseconds(query.since))
    if query.until is not None:
        asked = asked.where(table.c.at < microseconds(query.until))
    if start is not None:
        after = or_(table.c.at > start.at_us, and_(table.c.at == start.at_us, table.c.step_id > start.id))
        asked = asked.where(table.c.at >= start.at_us, after)
    return asked.limit(query.size + 1)
