"""Every store of grants passes the suites."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.databases import OnPostgres, OnSqlite

from nexusplanner.domain.access import Grant
from nexusplanner.persistence.grants_memory import InMemoryGrants
from nexusplanner.persistence.grants_sql import SqlGrants
from nexusplanner.ports.access import Grants
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.testing.grants_store import GrantsContract
from nexusplanner.testing.tenant_data import TenantDataContract


def grant_to(store: TenantData, text: str, *, tenant: str) -> None:
    """Keep a grant whose user is named by a text; somebody always owns what there is."""
    assert isinstance(store, Grants)
    store.add(Grant(user="root", role="owner"), tenant=tenant)
    store.add(Grant(user=text, role="viewer"), tenant=tenant)


class TestInMemoryGrants(GrantsContract):
    def make(self, folder: Path) -> Grants:
        return InMemoryGrants()


class TestInMemoryGrantsAsData(TenantDataContract):
    def make(self, folder: Path) -> TenantData:
        return InMemoryGrants()

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        grant_to(store, text, tenant=tenant)


class TestSqliteGrants(OnSqlite, GrantsContract):
    def make(self, folder: Path) -> Grants:
        return SqlGrants(self.database(folder))


class TestSqliteGrantsAsData(OnSqlite, TenantDataContract):
    def make(self, folder: Path) -> TenantData:
        return SqlGrants(self.database(folder))

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        grant_to(store, text, tenant=tenant)


@pytest.mark.slow
class TestPostgresGrants(OnPostgres, GrantsContract):
    def make(self, folder: Path) -> Grants:
        return SqlGrants(self.database(folder))


@pytest.mark.slow
class TestPostgresGrantsAsData(OnPostgres, TenantDataContract):
    def make(self, folder: Path) -> TenantData:
        return SqlGrants(self.database(folder))

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        grant_to(store, text, tenant=tenant)
