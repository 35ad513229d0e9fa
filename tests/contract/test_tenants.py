"""Every register of tenants passes the suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.databases import OnPostgres, OnSqlite

from nexusplanner.persistence.tenants_memory import InMemoryTenants
from nexusplanner.persistence.tenants_sql import SqlTenants
from nexusplanner.ports.tenants import Tenants
from nexusplanner.testing.tenants_store import TenantsContract


class TestInMemoryTenants(TenantsContract):
    def make(self, folder: Path) -> Tenants:
        return InMemoryTenants()


class TestSqliteTenants(OnSqlite, TenantsContract):
    def make(self, folder: Path) -> Tenants:
        return SqlTenants(self.database(folder))


@pytest.mark.slow
class TestPostgresTenants(OnPostgres, TenantsContract):
    def make(self, folder: Path) -> Tenants:
        return SqlTenants(self.database(folder))
