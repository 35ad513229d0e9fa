"""A table as a share of a tenant's data: its rows are exported, mended and deleted as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy import Row, Table, Text, and_, delete, func, select, tuple_, update

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.ports.personal_data import Amount, Kept

_BATCH = 500


class TableData:
    """Rows with a tenant, a key and texts, some of them JSON; enough for most tables.

    Texts keep ``[erased]`` in a person's place, JSON stays JSON. A row whose key names the person is deleted.

    Args:
        database: Where the table is.
        table: Its first column is ``tenant``.
        kind: What its rows are, in plural (``runs``).
        json_columns: Texts that hold JSON; exported as what they say.
    """

    def __init__(self, database: Database, table: Table, *, kind: str, json_columns: Sequence[str] = ()) -> None:
        self._database, self._table, self._kind = database, table, kind
        self._json = frozenset(json_columns)
        self._keys = [c.name for c in table.primary_key.columns if c.name != "tenant"]
        self._texts = [
            c.name for c in table.columns if isinstance(c.type, Text) and c.name not in ("tenant", *self._keys)
        ]

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many rows there are, and how long their texts."""
        of = tenant_name(tenant)
        if not self._database.is_there:
            return ()
        sizes = [func.coalesce(func.length(self._table.c[name]), 0) for name in (*self._keys, *self._texts)]
        size = sum(sizes[1:], sizes[0])
        asked = select(func.count(), func.coalesce(func.sum(size), 0)).where(self._table.c.tenant == of)
        with self._database.read() as connection:
            items, length = connection.execute(asked).one()
        return (Amount(self._kind, items, int(length)),) if items else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the rows in the order of their keys."""
        for row in self._rows(tenant):
            content = {name: self._told(name, value) for name, value in row._mapping.items() if name != "tenant"}
            yield Kept(self._kind, " ".join(str(row._mapping[name]) for name in self._keys), cast(JsonObject, content))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of the texts, and delete rows whose key names them."""
        found = [row for row in self._rows(tenant) if self._names(row, person)]
        if not found:
            return 0
        with self._database.begin() as connection:
            for row in found:
                here = and_(*(self._table.c[name] == row._mapping[name] for name in ("tenant", *self._keys)))
                if any(person.is_in(str(row._mapping[name])) for name in self._keys):
                    connection.execute(delete(self._table).where(here))
                else:
                    left = {name: self._without(row._mapping[name], person) for name in self._texts}
                    connection.execute(update(self._table).where(here).values(left))
        return len(found)

    def forget(self, *, tenant: str) -> int:
        """Delete the rows."""
        of = tenant_name(tenant)
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            return connection.execute(delete(self._table).where(self._table.c.tenant == of)).rowcount

    def _rows(self, tenant: str) -> Iterator[Row[Any]]:
        of = tenant_name(tenant)
        if not self._database.is_there:
            return
        keys, last = [self._table.c[name] for name in self._keys], None
        asked = select(self._table).where(self._table.c.tenant == of).order_by(*keys).limit(_BATCH)
        while True:  # nothing is left open between two batches, whether or not there is a next one
            with self._database.read() as connection:
                rows = connection.execute(asked if last is None else asked.where(tuple_(*keys) > tuple_(*last))).all()
            yield from rows
            if len(rows) < _BATCH:
                return
            last = [rows[-1]._mapping[name] for name in self._keys]

    def _names(self, row: Row[Any], person: Person) -> bool:
        told = (row._mapping[name] for name in (*self._keys, *self._texts))
        return any(isinstance(text, str) and person.is_in(text) for text in told)

    def _told(self, name: str, value: object) -> JsonValue:
        if isinstance(value, bytes):
            return value.hex()
        if name in self._json and isinstance(value, str):
            return cast(JsonValue, json.loads(value))
        return cast(JsonValue, value)

    def _without(self, text: object, person: Person) -> object:
        return person.taken_out(text) if isinstance(text, str) else text
