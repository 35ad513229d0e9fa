"""Every audit log keeps the port's promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nexusplanner.persistence.audit_memory import InMemoryAudit
from nexusplanner.ports.audit import AuditLog
from nexusplanner.testing.audit import SAVED, STARTED, AuditContract, Clock, checked


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
    log.erase("Ines Okonjo", tenant="acme")
    assert checked(log, "acme").is_intact
