"""What every register of decisions must do.

class TestMyApprovals(ApprovalsContract):
    def make(self, folder: Path) -> tuple[Approvals, AuditLog]:
        return MyApprovals(folder, log), log
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from nexusplanner.domain.approval import Decided
from nexusplanner.domain.change import MoveMoney
from nexusplanner.domain.person import Person
from nexusplanner.errors import TenantError
from nexusplanner.ports.approvals import Approvals
from nexusplanner.ports.audit import AuditLog

T0 = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
MOVE = MoveMoney(source="search", target="email", amount=Decimal("2000.50"))
YES = Decided(
    question="q1",
    run_id="run-1",
    plan_id="plan-1",
    plan_sha256="ab" * 32,
    verdict="approved",
    by="Ines Okonjo",
    reason='It is "right".\n',
    asked_at=T0,
    decided_at=T0 + timedelta(days=2),
)
NO = YES.model_copy(update={"verdict": "rejected", "by": "Pieter Vandal", "reason": "Too dear."})


class ApprovalsContract(ABC):
    """What every register of decisions must do; subclass it as ``Test...`` and say how yours and its log are made."""

    @abstractmethod
    def make(self, folder: Path) -> tuple[Approvals, AuditLog]:
        """Return an empty register and the log it notes in; ``folder`` is empty and may be written to."""

    def test_it_is_a_register_of_decisions(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        assert isinstance(self.make(tmp_path)[0], Approvals)

    def test_a_decision_comes_back_whole(self, tmp_path: Path) -> None:
        """With edits in words, with typed ones and with none."""
        register, _ = self.make(tmp_path)
        for at, edits in enumerate(("", "Move 2,000 from search to email.", (MOVE,))):
            made = YES.model_copy(update={"question": f"q{at}", "edits": edits})
            assert register.record(made, tenant="acme") == made
            assert register.find(f"q{at}", tenant="acme") == made
        assert register.find("q9", tenant="acme") is None

    def test_the_first_decision_counts(self, tmp_path: Path) -> None:
        """Whoever comes second is told what was decided; nothing is written twice."""
        register, log = self.make(tmp_path)
        register.record(YES, tenant="acme")
        assert register.record(NO, tenant="acme") == YES
        assert register.record(YES, tenant="acme") == YES
        assert register.list(tenant="acme") == (YES,)
        assert len(log.read(tenant="acme")) == 1

    def test_each_decision_is_noted_with_the_hash_of_what_it_is_about(self, tmp_path: Path) -> None:
        """Who, what, about which content, and why."""
        register, log = self.make(tmp_path)
        register.record(YES, tenant="acme")
        (noted,) = log.read(tenant="acme")
        assert (noted.action, noted.subject, noted.actor) == ("decision.answered", "plan-1", "Ines Okonjo")
        assert (noted.details["sha256"], noted.details["verdict"]) == ("ab" * 32, "approved")

    def test_many_answers_at_once_leave_one_decision(self, tmp_path: Path) -> None:
        """All are told the same one."""
        register, log = self.make(tmp_path)
        told: list[Decided] = []
        answers = [YES.model_copy(update={"by": f"Approver {n}"}) for n in range(8)]
        threads = [
            threading.Thread(target=lambda made: told.append(register.record(made, tenant="acme")), args=(made,))
            for made in answers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(told) == 8
        assert {made.by for made in told} == {register.list(tenant="acme")[0].by}
        assert len(log.read(tenant="acme")) == 1

    def test_decisions_are_found_by_run_and_listed_page_by_page(self, tmp_path: Path) -> None:
        """In the order they were made, also where two were made at once."""
        register, _ = self.make(tmp_path)
        made = [
            YES.model_copy(
                update={
                    "question": f"q{n}",
                    "run_id": f"run-{n % 2}",
                    "asked_at": T0 + timedelta(hours=n // 2),
                    "decided_at": T0 + timedelta(days=n // 2),
                }
            )
            for n in range(6)
        ]
        for one in made:
            register.record(one, tenant="acme")
        assert register.of_run("run-0", tenant="acme") == (made[0], made[2], made[4])
        assert register.list(tenant="acme") == tuple(made)
        first = register.list(tenant="acme", limit=3)
        assert (*first, *register.list(tenant="acme", after=first[-1].question)) == tuple(made)

    def test_a_tenant_has_its_own(self, tmp_path: Path) -> None:
        """The same question of another tenant is another one."""
        register, _ = self.make(tmp_path)
        register.record(YES, tenant="acme")
        assert register.record(NO, tenant="Acme") == NO
        assert register.find("q1", tenant="acme") == YES
        assert register.list(tenant="other") == ()
        assert register.of_run("run-1", tenant="Acme") == (NO,)

    def test_a_person_is_taken_out_and_the_decision_stays(self, tmp_path: Path) -> None:
        """The name, and what names it; nobody else's."""
        register, _ = self.make(tmp_path)
        register.record(YES, tenant="acme")
        told = NO.model_copy(update={"question": "q2", "reason": "Ask ines okonjo.", "edits": "Call her Ines Okonjo."})
        other = NO.model_copy(update={"question": "q3"})
        for made in (told, other):
            register.record(made, tenant="acme")
        register.record(YES, tenant="other")
        assert register.erase(Person.of("Ines Okonjo"), tenant="acme") == 2
        kept = register.list(tenant="acme")
        assert "okonjo" not in repr(kept).casefold()
        assert [made.verdict for made in kept] == ["approved", "rejected", "rejected"]
        assert kept[2] == other
        assert register.list(tenant="other") == (YES,)
        assert register.erase(Person.of("Ines Okonjo"), tenant="acme") == 0

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """Every call is bound to a tenant."""
        register, _ = self.make(tmp_path)
        calls: tuple[Callable[[str], object], ...] = (
            lambda name: register.record(YES, tenant=name),
            lambda name: register.find("q1", tenant=name),
            lambda name: register.of_run("run-1", tenant=name),
            lambda name: register.list(tenant=name),
            lambda name: register.erase(Person.of("Ines"), tenant=name),
            lambda name: register.forget(tenant=name),
        )
        for tenant in ("", "../acme", "Ａ"):
            for call in calls:
                assert _is_refused(call, tenant), tenant


def _is_refused(call: Callable[[str], object], tenant: str) -> bool:
    try:
        call(tenant)
    except TenantError:
        return True
    return False
