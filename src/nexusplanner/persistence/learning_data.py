"""A tenant's outcomes, lessons and priors as data: how much there is, a copy, and forgetting."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from pydantic import JsonValue
from sqlalchemy import Connection, Row, Table, delete, func, select, update

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.tables.learning import lesson_uses, lessons, outcomes, priors
from nexusplanner.ports.personal_data import Amount, Kept

_KEYS: dict[Table, tuple[str, ...]] = {
    outcomes: ("outcome_id",),
    lessons: ("lesson_id",),
    priors: ("metric", "channel", "outcome_id"),
}
"""What tells the rows of a tenant apart."""
_FAST = 1


class SqlLearningData:
    """What outcomes left in a database; satisfies the port ``TenantData``.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant, by kind; an outcome counts as it lies, deflated."""
        if not self._database.is_there:
            return ()
        with self._database.read() as connection:
            return tuple(_amount(connection, table, tenant_name(tenant)) for table in _KEYS)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield all outcomes, lessons with their counters' entries, and priors."""
        owner = tenant_name(tenant)
        if not self._database.is_there:
            return
        with self._database.read() as connection:
            found = [
                Kept(table.name, _key(table, row), _content(row))
                for table in _KEYS
                for row in _rows(connection, table, owner)
            ]
            uses = (
                select(*lesson_uses.c).where(lesson_uses.c.tenant == owner).order_by(*lesson_uses.primary_key.columns)
            )
            for use in connection.execute(uses):
                content: JsonObject = {"lesson": use.lesson_id, "outcome": use.outcome_id, "verdict": use.verdict}
                found.append(Kept("lesson_uses", f"{use.lesson_id}/{use.outcome_id}", content))
        yield from found

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of outcomes and lessons; a prior that names one goes, for it can be had again."""
        owner, count = tenant_name(tenant), 0
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            for table in _KEYS:
                for row in _rows(connection, table, owner):
                    content = _content(row)
                    if person.is_in(content) or person.is_in(_key(table, row)):
                        _take_out(connection, table, row, person.taken_out_of(content))
                        count += 1
        return count

    def forget(self, *, tenant: str) -> int:
        """Delete all that outcomes left of a tenant."""
        owner = tenant_name(tenant)
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            return sum(
                connection.execute(delete(table).where(table.c.tenant == owner)).rowcount
                for table in (priors, lesson_uses, lessons, outcomes)
            )


def _amount(connection: Connection, table: Table, owner: str) -> Amount:
    told = select(func.count(), func.coalesce(func.sum(func.length(table.c.text)), 0)).where(table.c.tenant == owner)
    count, size = connection.execute(told).one()
    return Amount(table.name, int(count), int(size))


def _rows(connection: Connection, table: Table, owner: str) -> list[Row[tuple[object, ...]]]:
    asked = select(*table.c).where(table.c.tenant == owner).order_by(*table.primary_key.columns)
    return list(connection.execute(asked))


def _key(table: Table, row: Row[tuple[object, ...]]) -> str:
    return "/".join(str(row._mapping[name]) for name in _KEYS[table])


def _content(row: Row[tuple[object, ...]]) -> JsonObject:
    text = row._mapping["text"]
    read: JsonObject = json.loads(zlib.decompress(text) if isinstance(text, bytes) else str(text))
    status = row._mapping.get("status")
    return read if status is None else {**read, "status": str(status)}


def _take_out(connection: Connection, table: Table, row: Row[tuple[object, ...]], content: JsonValue) -> None:
    here = [table.c.tenant == row._mapping["tenant"], *(table.c[name] == row._mapping[name] for name in _KEYS[table])]
    if table is priors:
        connection.execute(delete(priors).where(*here))
        return
    assert isinstance(content, dict)
    text = json.dumps({name: value for name, value in content.items() if name != "status"})
    packed = zlib.compress(text.encode(), _FAST) if table is outcomes else text
    connection.execute(update(table).where(*here).values(text=packed))
