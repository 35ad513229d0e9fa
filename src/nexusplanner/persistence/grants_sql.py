"""Grants in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from sqlalchemy import Connection, and_, delete, select

from nexusplanner.domain.access import Grant, Role
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.grants_memory import amount_of, checked, exported, in_order
from nexusplanner.persistence.tables.access import grants
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.personal_data import Amount, Kept


class SqlGrants:
    """Keeps grants for all processes that share a database.

    Args:
        database: Where they are kept.
    """

    waits = True

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, *, tenant: str) -> tuple[Grant, ...]:
        """Return all grants of a tenant, in order."""
        tenant_name(tenant)
        if not self._database.is_there:
            return ()
        with self._database.read() as connection:
            return in_order(_kept(connection, tenant))

    def add(self, grant: Grant, *, tenant: str) -> None:
        """Keep a grant."""
        tenant_name(tenant)
        with self._database.begin() as connection:
            checked({*_kept(connection, tenant), grant})
            connection.execute(insert_into(grants, connection).values(_row(grant, tenant)).on_conflict_do_nothing())

    def remove(self, grant: Grant, *, tenant: str) -> bool:
        """Take a grant away."""
        tenant_name(tenant)
        with self._database.begin() as connection:
            before = _kept(connection, tenant)
            if grant in before:
                checked(before - {grant})
                _delete(connection, {grant}, tenant)
            return grant in before

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many grants there are."""
        return amount_of(self.export(tenant=tenant))

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the grants."""
        return exported(self.of(tenant=tenant))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take back what was granted to a person."""
        gone = {grant for grant in self.of(tenant=tenant) if person.is_in(grant.user)}
        if not gone:
            return 0
        with self._database.begin() as connection:
            if rest := _kept(connection, tenant) - gone:
                checked(rest)
            _delete(connection, gone, tenant)
        return len(gone)

    def forget(self, *, tenant: str) -> int:
        """Take back everything."""
        if not self.of(tenant=tenant):
            return 0
        with self._database.begin() as connection:
            return connection.execute(delete(grants).where(grants.c.tenant == tenant)).rowcount


def _kept(connection: Connection, tenant: str) -> frozenset[Grant]:
    """Read a tenant's grants; within a transaction that writes nobody else changes them meanwhile."""
    found = select(grants).where(grants.c.tenant == tenant).with_for_update()
    return frozenset(
        Grant(user=row.who, role=cast(Role, row.role), plan=row.plan or None) for row in connection.execute(found)
    )


def _row(grant: Grant, tenant: str) -> dict[str, str]:
    return {"tenant": tenant, "who": grant.user, "role": grant.role, "plan": grant.plan or ""}


def _delete(connection: Connection, gone: Iterable[Grant], tenant: str) -> None:
    for grant in gone:
        row = _row(grant, tenant)
        connection.execute(delete(grants).where(and_(*(grants.c[name] == value for name, value in row.items()))))
