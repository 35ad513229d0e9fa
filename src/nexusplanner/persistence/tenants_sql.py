"""The register of tenants in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from nexusplanner.domain.tenant import likeness, tenant_name
from nexusplanner.llm.treasury import utc_now
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.persistence.tenants_memory import looks_like_another
from nexusplanner.persistence.upsert import insert_into


class SqlTenants:
    """Knows the tenants of all processes that share a database.

    Args:
        database: Where they are kept.
        now: The clock.
    """

    waits = True

    def __init__(self, database: Database, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database, self._now = database, now

    def check(self, *, tenant: str) -> None:
        """Raise a TenantError where a tenant looks like another."""
        looks = likeness(tenant)
        if self._database.is_there:
            with self._database.read() as connection:
                _check(connection, looks, tenant)

    def admit(self, *, tenant: str) -> None:
        """Register a tenant, or raise a TenantError where it looks like another."""
        looks, at = likeness(tenant), int(self._now().timestamp() * 1_000_000)
        with self._database.begin() as connection:
            _check(connection, looks, tenant)
            row = insert_into(tenants, connection).values(tenant=tenant, likeness=looks, created_at=at)
            # Whoever was kept without being admitted has no looks yet.
            connection.execute(row.on_conflict_do_update(index_elements=["tenant"], set_={"likeness": looks}))

    def known(self) -> tuple[str, ...]:
        """Return the tenants' names, sorted."""
        if not self._database.is_there:
            return ()
        with self._database.read() as connection:
            return tuple(sorted(connection.execute(select(tenants.c.tenant)).scalars()))

    def forget(self, *, tenant: str) -> int:
        """Strike a tenant off."""
        with self._database.begin() as connection:
            return connection.execute(delete(tenants).where(tenants.c.tenant == tenant_name(tenant))).rowcount


def _check(connection: Connection, looks: str, tenant: str) -> None:
    holder = connection.execute(select(tenants.c.tenant).where(tenants.c.likeness == looks)).scalar()
    if holder not in (None, tenant):
        raise looks_like_another(tenant)
