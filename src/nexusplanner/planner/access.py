"""Access, wired: the register of tenants, the store of grants, and the door that goes by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nexusplanner.persistence.grants_memory import InMemoryGrants
from nexusplanner.persistence.tenants_memory import InMemoryTenants
from nexusplanner.ports.access import Grants, Policy
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.ports.tenants import Tenants
from nexusplanner.tenancy import Door, RolePolicy

if TYPE_CHECKING:
    from nexusplanner.persistence.database import Database


@dataclass(frozen=True)
class TenantAccess:
    """The door to all that is a tenant's, and what it goes by."""

    door: Door
    tenants: Tenants
    grants: Grants
    stores: tuple[TenantData, ...] = field(default=(), repr=False)
    """What of the database is a tenant's, beside the grants."""


def wire_access(database: Database | None, policy: Policy | None) -> TenantAccess:
    """Put a door before all that is a tenant's.

    Args:
        database: Where register and grants are kept; None keeps them for the life of the process.
        policy: Who may do what; by default what was granted.
    """
    if database is None:
        return _access(InMemoryTenants(), InMemoryGrants(), policy)
    from nexusplanner.persistence.grants_sql import SqlGrants
    from nexusplanner.persistence.ledger_postgres_data import PostgresLedgerData
    from nexusplanner.persistence.plan_data import SqlPlanData
    from nexusplanner.persistence.table_data import TableData
    from nexusplanner.persistence.tables.runs import runs
    from nexusplanner.persistence.tables.steps import steps
    from nexusplanner.persistence.tenants_sql import SqlTenants

    held = TableData(database, runs, kind="runs", json_columns=("brief", "limits", "more", "result"))
    told = TableData(database, steps, kind="decisions", json_columns=("text",))
    stores: tuple[TenantData, ...] = (SqlPlanData(database), held, told)
    if database.dialect == "postgresql":
        stores = (*stores, PostgresLedgerData(database))
    return _access(SqlTenants(database), SqlGrants(database), policy, stores)


def _access(
    tenants: Tenants, grants: Grants, policy: Policy | None, stores: tuple[TenantData, ...] = ()
) -> TenantAccess:
    return TenantAccess(Door(tenants, policy or RolePolicy(grants)), tenants, grants, stores)
