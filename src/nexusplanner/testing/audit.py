"""What every audit log must do.

class TestMyAudit(AuditContract):
    def make(self, folder: Path, now: Callable[[], datetime]) -> AuditLog:
        return MyAudit(folder, now)
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexusplanner.domain.audit import AuditEntry, AuditNote
from nexusplanner.domain.audit_chain import AuditReport, genesis, head_of, verify_chain
from nexusplanner.domain.person import Person
from nexusplanner.errors import TenantError
from nexusplanner.ports.audit import AuditLog

T0 = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SAVED = AuditNote(action="plan.saved", subject="plan-1", actor="Ines Okonjo", details={"sha256": "ab"})
STARTED = AuditNote(action="run.started", subject="run-1")


class Clock:
    """Goes on by a second each time it is read."""

    def __init__(self) -> None:
        self._read = -1

    def __call__(self) -> datetime:
        """Tell the time."""
        self._read += 1
        return T0 + timedelta(seconds=self._read)


class AuditContract(ABC):
    """What every audit log must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path, now: Callable[[], datetime]) -> AuditLog:
        """Return an empty log; ``folder`` is empty and may be written to."""

    def test_it_is_an_audit_log(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        assert isinstance(self.make(tmp_path, Clock()), AuditLog)

    def test_what_was_noted_comes_back_as_it_was_returned(self, tmp_path: Path) -> None:
        """Who did what to what, when, and the rest."""
        log = self.make(tmp_path, Clock())
        entry = log.append(SAVED, tenant="acme")
        assert (entry.seq, entry.actor, entry.action, entry.subject) == (1, "Ines Okonjo", "plan.saved", "plan-1")
        assert (entry.at, entry.details) == ("2026-11-02T09:30:00.000000Z", {"sha256": "ab"})
        assert log.read(tenant="acme") == (entry,)

    def test_an_empty_log_ends_where_it_begins(self, tmp_path: Path) -> None:
        """Reading a tenant that noted nothing is no error."""
        log = self.make(tmp_path, Clock())
        assert log.read(tenant="acme") == ()
        assert log.head(tenant="acme") == log.start(tenant="acme") == genesis("acme")

    def test_entries_are_a_chain_that_ends_in_the_head(self, tmp_path: Path) -> None:
        """Each follows from the one before."""
        log = self.make(tmp_path, Clock())
        entries = [log.append(note, tenant="acme") for note in (STARTED, SAVED, STARTED)]
        assert [e.seq for e in entries] == [1, 2, 3]
        assert log.head(tenant="acme") == head_of(entries[-1], tenant="acme")
        assert checked(log, "acme").is_intact

    def test_a_tenant_has_its_own_chain(self, tmp_path: Path) -> None:
        """Names that differ in case alone share nothing."""
        log = self.make(tmp_path, Clock())
        own, other = log.append(SAVED, tenant="acme"), log.append(STARTED, tenant="Acme")
        assert log.read(tenant="acme") == (own,)
        assert log.read(tenant="Acme") == (other,)
        assert other.seq == 1
        assert checked(log, "acme").is_intact
        assert checked(log, "Acme").is_intact

    def test_it_is_read_page_by_page(self, tmp_path: Path) -> None:
        """Each page begins after the last entry of the one before."""
        log = self.make(tmp_path, Clock())
        entries = [log.append(STARTED, tenant="acme") for _ in range(5)]
        first = log.read(tenant="acme", limit=2)
        rest = log.read(tenant="acme", after=first[-1].seq, limit=9)
        assert [*first, *rest] == entries
        assert log.read(tenant="acme", after=5) == ()

    def test_it_is_read_by_action_and_by_subject(self, tmp_path: Path) -> None:
        """Both together, too."""
        log = self.make(tmp_path, Clock())
        one, two = log.append(STARTED, tenant="acme"), log.append(SAVED, tenant="acme")
        three = log.append(STARTED.model_copy(update={"subject": "plan-1"}), tenant="acme")
        assert log.read(tenant="acme", action="run.started") == (one, three)
        assert log.read(tenant="acme", subject="plan-1") == (two, three)
        assert log.read(tenant="acme", action="run.started", subject="plan-1", limit=1) == (three,)

    def test_words_of_any_kind_come_back_and_hold(self, tmp_path: Path) -> None:
        """Signs, quotes, line ends and NUL are no trouble."""
        log = self.make(tmp_path, Clock())
        note = AuditNote(
            action="decision.answered",
            subject="run-1",
            actor="Zoë 李\u2028",
            details={"reason": 'a"\n\x00\\ £', "n": 1.5},
        )
        log.append(note, tenant="acme")
        (entry,) = log.read(tenant="acme")
        assert (entry.actor, entry.details) == (note.actor, note.details)
        assert checked(log, "acme").is_intact

    def test_erasing_a_person_blanks_what_names_it_and_the_chain_holds(self, tmp_path: Path) -> None:
        """As actor or in the details, in whatever case; nobody else's entries, and no other tenant's."""
        log = self.make(tmp_path, Clock())
        asked = AuditNote(action="decision.asked", subject="run-1", details={"approvers": ["INES okonjo", "Pieter"]})
        for note in (SAVED, STARTED, asked):
            log.append(note, tenant="acme")
        other = log.append(SAVED, tenant="other")
        head = log.head(tenant="acme")
        assert log.erase(Person.of("Ines Okonjo"), tenant="acme") == 2
        entries = log.read(tenant="acme")
        assert [e.actor for e in entries] == ["", "planner", "", "planner"]
        assert (entries[3].action, entries[3].details) == ("entries.blanked", {"seqs": [1, 3]})
        assert "okonjo" not in "".join(e.payload for e in entries).casefold()
        assert verify_chain(entries, tenant="acme", heads=[head]).is_intact
        assert log.read(tenant="other") == (other,)

    def test_erasing_whom_nothing_names_changes_nothing(self, tmp_path: Path) -> None:
        """Nor does erasing somebody twice."""
        log = self.make(tmp_path, Clock())
        log.append(SAVED, tenant="acme")
        assert log.erase(Person.of("Pieter"), tenant="acme") == 0
        assert log.head(tenant="acme").seq == 1
        assert [log.erase(Person.of("Ines Okonjo"), tenant="acme") for _ in range(2)] == [1, 0]
        assert log.head(tenant="acme").seq == 2

    def test_a_tenant_that_was_forgotten_begins_anew(self, tmp_path: Path) -> None:
        """Its chain is gone, and nobody else's."""
        log = self.make(tmp_path, Clock())
        for tenant in ("acme", "other"):
            log.append(SAVED, tenant=tenant)
        assert log.forget(tenant="acme") == 1
        assert log.head(tenant="acme") == genesis("acme")
        assert log.append(STARTED, tenant="acme").seq == 1
        assert checked(log, "acme").is_intact
        assert len(log.read(tenant="other")) == 1

    def test_it_is_noted_from_a_loop_as_well(self, tmp_path: Path) -> None:
        """Many at once make one chain."""
        log = self.make(tmp_path, Clock())

        async def many() -> None:
            await asyncio.gather(*(log.aappend(STARTED, tenant=tenant) for tenant in ("acme", "other") * 8))

        asyncio.run(many())
        assert log.head(tenant="acme").seq == log.head(tenant="other").seq == 8
        assert checked(log, "acme").is_intact

    def test_writers_side_by_side_never_fork_the_chain(self, tmp_path: Path) -> None:
        """Each entry has one that follows it."""
        log = self.make(tmp_path, Clock())
        writers = [
            threading.Thread(target=lambda: [log.append(STARTED, tenant="acme") for _ in range(5)]) for _ in range(4)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert log.head(tenant="acme").seq == 20
        assert checked(log, "acme").is_intact

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """Every call is bound to a tenant."""
        log = self.make(tmp_path, Clock())
        for tenant in ("", "../acme", "Ａ"):
            calls: tuple[Callable[[str], object], ...] = (
                lambda name: log.append(SAVED, tenant=name),
                lambda name: log.read(tenant=name),
                lambda name: log.start(tenant=name),
                lambda name: log.head(tenant=name),
                lambda name: log.erase(Person.of("Ines"), tenant=name),
                lambda name: log.forget(tenant=name),
                lambda name: log.amounts(tenant=name),
            )
            for call in calls:
                assert _is_refused(call, tenant), tenant


def checked(log: AuditLog, tenant: str) -> AuditReport:
    """Check a tenant's whole chain against its head."""
    entries: list[AuditEntry] = []
    while page := log.read(tenant=tenant, after=entries[-1].seq if entries else 0):
        entries.extend(page)
    return verify_chain(entries, tenant=tenant, heads=[log.head(tenant=tenant)], start=log.start(tenant=tenant))


def _is_refused(call: Callable[[str], object], tenant: str) -> bool:
    try:
        call(tenant)
    except TenantError:
        return True
    return False
