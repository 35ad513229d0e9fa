"""Every register of decisions keeps the port's promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.databases import OnPostgres, OnSqlite

from nexusplanner.domain.audit import AuditEntry, AuditNote
from nexusplanner.errors import StorageError
from nexusplanner.persistence.approvals_memory import MOST, InMemoryApprovals
from nexusplanner.persistence.approvals_sql import SqlApprovals
from nexusplanner.persistence.audit_memory import InMemoryAudit
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import Database
from nexusplanner.ports.approvals import Approvals
from nexusplanner.ports.audit import AuditLog
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.testing.approvals import YES, ApprovalsContract
from nexusplanner.testing.audit import Clock
from nexusplanner.testing.tenant_data import TenantDataContract


class TestInMemoryApprovals(ApprovalsContract):
    """Gone with the process."""

    def make(self, folder: Path) -> tuple[Approvals, AuditLog]:
        log = InMemoryAudit(Clock())
        return InMemoryApprovals(log), log


class TestDataOfInMemoryApprovals(TenantDataContract):
    """What people wrote into decisions."""

    def make(self, folder: Path) -> TenantData:
        return InMemoryApprovals(InMemoryAudit(Clock()))

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        assert isinstance(store, InMemoryApprovals)
        number = len(store.list(tenant=tenant))
        store.record(YES.model_copy(update={"question": f"q{number}", "reason": text}), tenant=tenant)


def _kept(database: Database) -> tuple[Approvals, AuditLog]:
    log = SqlAudit(database, Clock())
    return SqlApprovals(database, log), log


class TestSqliteApprovals(OnSqlite, ApprovalsContract):
    """The database of a workspace."""

    def make(self, folder: Path) -> tuple[Approvals, AuditLog]:
        return _kept(self.database(folder))

    def test_a_decision_that_cannot_be_noted_is_not_written_down(self, tmp_path: Path) -> None:
        """Both or neither."""
        register, log = self.make(tmp_path)
        database = self.opened[0]

        class Full(SqlAudit):
            def append(self, note: AuditNote, *, tenant: str) -> AuditEntry:
                raise OSError("disk full")

        with pytest.raises(StorageError, match="disk full"):
            SqlApprovals(database, Full(database, Clock())).record(YES, tenant="acme")
        assert register.list(tenant="acme") == ()
        assert log.read(tenant="acme") == ()


@pytest.mark.slow
class TestPostgresApprovals(OnPostgres, ApprovalsContract):
    """A server."""

    def make(self, folder: Path) -> tuple[Approvals, AuditLog]:
        return _kept(self.database(folder))


def test_in_memory_the_oldest_decisions_are_let_go() -> None:
    register = InMemoryApprovals(InMemoryAudit(Clock()))
    for number in range(MOST + 1):
        register.record(YES.model_copy(update={"question": f"q{number}"}), tenant="acme")
    assert len(register.list(tenant="acme")) == MOST
    assert register.find("q0", tenant="acme") is None
