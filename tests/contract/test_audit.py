"""Every audit log keeps the port's promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.postgres import PostgresServer

from nexusplanner.domain.person import Person
from nexusplanner.persistence.audit_memory import InMemoryAudit
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import FILE_NAME, Database
from nexusplanner.ports.audit import AuditLog
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.testing.audit import SAVED, STARTED, AuditContract, Clock, checked
from nexusplanner.testing.tenant_data import TenantDataContract


class TestInMemoryAudit(AuditContract):
    """Gone with the process."""

    def make(self, folder: Path, now: Callable[[], datetime]) -> AuditLog:
        return InMemoryAudit(now)


def test_in_memory_the_oldest_entries_are_let_go_and_what_is_left_is_a_chain() -> None:
    log = InMemoryAudit(Clock(), most=3)
    for note in (SAVED, STARTED, SAVED, STARTED, STARTED):
        log.append(note, tenant="acme")
    assert [e.seq for e in log.read(tenant="acme")] == [3, 4, 5]
    assert log.start(tenant="acme").seq == 2
    log.erase(Person.of("Ines Okonjo"), tenant="acme")
    assert checked(log, "acme").is_intact


class TestDataOfInMemoryAudit(TenantDataContract):
    """What people did."""

    def make(self, folder: Path) -> TenantData:
        return InMemoryAudit(Clock())

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        assert isinstance(store, InMemoryAudit)
        store.append(SAVED.model_copy(update={"details": {"reason": text}}), tenant=tenant)


class _InDatabase(AuditContract):
    @pytest.fixture(autouse=True)
    def _closing(self) -> Iterator[None]:
        self.opened: list[Database] = []
        yield
        for database in self.opened:
            database.close()

    def make(self, folder: Path, now: Callable[[], datetime]) -> AuditLog:
        self.opened.append(Database(self.place(folder)))
        return SqlAudit(self.opened[-1], now)

    def place(self, folder: Path) -> Path | SecretStr:
        """Return where an empty database is."""
        raise NotImplementedError


class TestSqliteAudit(_InDatabase):
    """The database of a workspace."""

    def place(self, folder: Path) -> Path:
        return folder / FILE_NAME


@pytest.mark.slow
class TestPostgresAudit(_InDatabase):
    """A server."""

    @pytest.fixture(autouse=True)
    def _server(self, postgres: PostgresServer) -> None:
        self.postgres = postgres

    def place(self, folder: Path) -> SecretStr:
        return self.postgres.fresh()
