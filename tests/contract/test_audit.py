"""Every audit log keeps the port's promises."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.contract.databases import OnPostgres, OnSqlite

from nexusplanner.domain.person import Person
from nexusplanner.persistence.audit_memory import InMemoryAudit
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import FILE_NAME
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


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pydantic import SecretStr
from nexusplanner.domain.audit import AuditNote
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import Database
where = sys.argv[1]
database = Database(SecretStr(where) if where.startswith("postgresql") else Path(where))
log = SqlAudit(database, lambda: datetime(2026, 11, 2, tzinfo=UTC))
log.head(tenant="acme")
print("ready", flush=True)
sys.stdin.readline()
for n in range(25):
    log.append(AuditNote(action="run.started", subject=f"run-{n}"), tenant="acme")
database.close()
"""


def written_by_two_processes(where: str) -> None:
    """Have two processes note something at once, all of them in the same chain."""
    command = [sys.executable, "-c", _WRITER, where]
    writers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0


class TestSqliteAudit(OnSqlite, AuditContract):
    """The database of a workspace."""

    def make(self, folder: Path, now: Callable[[], datetime]) -> AuditLog:
        return SqlAudit(self.database(folder), now)

    @pytest.mark.slow
    def test_processes_never_fork_the_chain(self, tmp_path: Path) -> None:
        """Each waits for the other's entry."""
        written_by_two_processes(str(tmp_path / FILE_NAME))
        log = self.make(tmp_path, Clock())
        assert log.head(tenant="acme").seq == 50
        assert checked(log, "acme").is_intact


@pytest.mark.slow
class TestPostgresAudit(OnPostgres, AuditContract):
    """A server."""

    def make(self, folder: Path, now: Callable[[], datetime]) -> AuditLog:
        return SqlAudit(self.database(folder), now)

    def test_processes_never_fork_the_chain(self) -> None:
        """The server's lock on the head sees to it."""
        url = self.server.fresh()
        written_by_two_processes(url.get_secret_value())
        log = SqlAudit(self.opening(url), Clock())
        assert log.head(tenant="acme").seq == 50
        assert checked(log, "acme").is_intact
