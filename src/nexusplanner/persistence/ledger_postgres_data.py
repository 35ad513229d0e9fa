"""The books of a server as a share of a tenant's data. What was spent stays in the operator's bill, under no name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection, Table, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.ledger_rows import scopes_from
from nexusplanner.persistence.tables.books import alerts, calls, holds, scopes
from nexusplanner.ports.ledger import NOBODY
from nexusplanner.ports.personal_data import Amount, Kept

_TOLD = ("run", "agent", "model")
_SCOPES = ("run", "tenant_day", "tenant_month")


class PostgresLedgerData:
    """What the books of a server tell of a tenant.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many calls are in the books."""
        size = func.coalesce(func.sum(sum((func.length(calls.c[name]) for name in _TOLD), start=func.length(""))), 0)
        with self._database.read() as books:
            asked = select(func.count(), size).where(calls.c.tenant == tenant_name(tenant))
            items, length = books.execute(asked).one()
        return (Amount("costs", items, int(length)),) if items else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the calls, in the order in which they were written down."""
        with self._database.read() as books:
            asked = select(calls).where(calls.c.tenant == tenant_name(tenant)).order_by(calls.c.id)
            rows = [dict(row) for row in books.execute(asked).mappings()]
        for row in rows:
            told = {name: value for name, value in row.items() if name not in ("id", "hold", "tenant", "scopes")}
            spent = {"micro_usd": told.pop("amount"), "saved_micro_usd": told.pop("saved")}
            yield Kept("costs", str(row["id"]), cast(JsonObject, told | spent))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of what calls were for."""
        with self._database.begin() as books:
            rows = books.execute(select(calls).where(calls.c.tenant == tenant_name(tenant))).mappings().all()
            found = [row for row in rows if any(person.is_in(row[name]) for name in _TOLD)]
            for row in found:
                left = {name: person.taken_out(row[name]) for name in _TOLD}
                books.execute(calls.update().where(calls.c.id == row["id"]).values(left))
            _forget_counts(books, tenant, person)
        return len(found)

    def forget(self, *, tenant: str) -> int:
        """Strike out whose calls they were; what is still held counts as spent."""
        of = tenant_name(tenant)
        with self._database.begin() as books:
            _spend_in_full(books, of)
            nobody = {"tenant": NOBODY, "run": "", "agent": "", "scopes": ""}
            changed = books.execute(calls.update().where(calls.c.tenant == of).values(nobody)).rowcount
            for table in (scopes, alerts):
                books.execute(table.delete().where(_is_of(table, of)))
        return changed


def _is_of(table: Table, tenant: str) -> ColumnElement[bool]:
    return or_(*(table.c.key.startswith(f"{scope}:{tenant}:", autoescape=True) for scope in _SCOPES))


def _forget_counts(books: Connection, tenant: str, person: Person) -> None:
    for table in (scopes, alerts):
        keys = books.execute(select(table.c.key).where(_is_of(table, tenant))).scalars()
        named = [key for key in keys if person.is_in(key.split(":", 2)[2])]
        books.execute(table.delete().where(table.c.key.in_(named)))


def _spend_in_full(books: Connection, tenant: str) -> None:
    """Count what is held as spent: nobody knows how those calls end."""
    held = books.execute(holds.delete().where(holds.c.tenant == tenant).returning(*holds.c)).mappings().all()
    for row in held:
        keys, amount = [scope.key for scope in scopes_from(row["scopes"])], row["amount"]
        moved = {"held": scopes.c.held - amount, "spent": scopes.c.spent + amount}
        books.execute(scopes.update().where(scopes.c.key.in_(keys)).values(moved))
        told = {name: row[name] for name in ("tenant", "day", "run", "agent", "model")}
        spent = {"tokens_in": 0, "tokens_out": 0, "amount": amount, "saved": 0, "outcome": "unknown", "scopes": ""}
        books.execute(calls.insert(), told | spent | {"hold": row["id"]})
