"""Every register of tenants passes the suite."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.persistence.tenants_memory import InMemoryTenants
from nexusplanner.ports.tenants import Tenants
from nexusplanner.testing.tenants_store import TenantsContract


class TestInMemoryTenants(TenantsContract):
    def make(self, folder: Path) -> Tenants:
        return InMemoryTenants()
