"""Access, wired: the register of tenants, the store of grants, and the door that goes by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.persistence.grants_memory import InMemoryGrants
from nexusplanner.persistence.tenants_memory import InMemoryTenants
from nexusplanner.ports.access import Grants, Policy
from nexusplanner.ports.tenants import Tenants
from nexusplanner.tenancy import Door, RolePolicy

if TYPE_CHECKING:
    from nexusplanner.persistence.database import Database
    from nexusplanner.settings import Settings


@dataclass(frozen=True)
class TenantAccess:
    """The door to all that is a tenant's, and what it goes by."""

    door: Door
    tenants: Tenants
    grants: Grants
    database: Database | None = field(default=None, repr=False)

    def close(self) -> None:
        """Let go of the database."""
        if self.database is not None:
            self.database.close()


def wire_access(workspace: Path | None, settings: Settings, policy: Policy | None) -> TenantAccess:
    """Put a door before all that is a tenant's.

    Args:
        workspace: Where register and grants are kept, unless the settings name a database.
        settings: The settings.
        policy: Who may do what; by default what was granted.
    """
    database = wire_database(workspace, settings)
    if database is None:
        return _access(InMemoryTenants(), InMemoryGrants(), policy)
    from nexusplanner.persistence.grants_sql import SqlGrants
    from nexusplanner.persistence.tenants_sql import SqlTenants

    return _access(SqlTenants(database), SqlGrants(database), policy, database)


def wire_database(workspace: Path | None, settings: Settings) -> Database | None:
    """Return the database that the settings name, or that of the workspace; nothing is opened yet."""
    if settings.storage.url is None and workspace is None:
        return None
    from nexusplanner.persistence.database import FILE_NAME, Database

    return Database(settings.storage.url or Path(workspace or ".") / FILE_NAME)


def _access(tenants: Tenants, grants: Grants, policy: Policy | None, database: Database | None = None) -> TenantAccess:
    return TenantAccess(Door(tenants, policy or RolePolicy(grants)), tenants, grants, database)
