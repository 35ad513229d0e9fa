"""What every journal must do.

class TestMyJournal(JournalContract):
    def make(self, folder: Path) -> tuple[Ledger, Journal]:
        books = MyLedger()
        return books, MyJournal(books)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import date
from pathlib import Path

from nexusplanner.ports.journal import Entry, Journal, Kept
from nexusplanner.ports.ledger import Call, Hold, Ledger, Paid, Scope

DAY = date(2027, 1, 9)
RUN = Scope("run", "run:acme:run-1", 1000)
ENTRY = Entry(
    tenant="acme",
    run="run-1",
    scope="propose 3 0",
    call="strategist growth",
    index=0,
    kind="reply",
    sha256="0" * 64,
    rung="openai:gpt-5-mini",
    text='{"said": "so \\ud800 \\u0000 it is", "quote": "\'; DROP TABLE journal; --"}',
    paid=Paid(70, 100, 50),
)


class JournalContract(ABC):
    """What every journal must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path) -> tuple[Ledger, Journal]:
        """Return empty books and their journal; ``folder`` is empty and may be written to."""

    def test_it_is_a_journal(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        books, journal = self.make(tmp_path)
        assert isinstance(journal, Journal)
        books.close()

    def test_what_was_told_comes_back_whole_and_in_order(self, tmp_path: Path) -> None:
        """Every field of every entry, by scope, call and place."""
        books, journal = self.make(tmp_path)
        told = [replace(ENTRY, scope=scope, index=at) for scope in ("critique 5 1", "propose 3 0") for at in (0, 1, 10)]
        for entry in reversed(told):
            journal.write(entry, day=DAY)
        assert journal.read("run-1", tenant="acme").entries == tuple(told)
        books.close()

    def test_nothing_is_told_to_another_run_or_tenant(self, tmp_path: Path) -> None:
        """Neither by the same run's name with another tenant, nor the other way round."""
        books, journal = self.make(tmp_path)
        journal.write(ENTRY, day=DAY)
        assert journal.read("run-1", tenant="Acme") == Kept()
        assert journal.read("run-2", tenant="acme") == Kept()
        journal.forget("run-1", tenant="Acme")
        assert len(journal.read("run-1", tenant="acme").entries) == 1
        books.close()

    def test_a_place_is_taken_once(self, tmp_path: Path) -> None:
        """What is told later at the same place is what counts."""
        books, journal = self.make(tmp_path)
        journal.write(ENTRY, day=DAY)
        journal.write(replace(ENTRY, text='"other"'), day=DAY)
        assert [e.text for e in journal.read("run-1", tenant="acme").entries] == ['"other"']
        books.close()

    def test_a_reply_and_its_settlement_count_together(self, tmp_path: Path) -> None:
        """Written within the books' transaction."""
        books, journal = self.make(tmp_path)
        hold = books.reserve(100, (RUN,), Call("acme", DAY, "run-1", "a", "m"), now=0, hold_s=60)
        assert isinstance(hold, Hold)
        with books.together():
            journal.write(ENTRY, day=DAY)
            books.settle(hold, ENTRY.paid)
        assert books.balance(RUN.key).spent == 70
        assert journal.read("run-1", tenant="acme").entries == (ENTRY,)
        books.close()

    def test_calls_of_unknown_fate_are_counted(self, tmp_path: Path) -> None:
        """They count against the run's calls, and tools' do not."""
        books, journal = self.make(tmp_path)
        if books.is_on_disk:  # what is in memory has no calls that outlived a process
            for agent in ("a", "tool:prices"):
                hold = books.reserve(10, (RUN,), Call("acme", DAY, "run-1", agent, "m"), now=0, hold_s=60)
                assert isinstance(hold, Hold)
                books.settle(hold, Paid(10, outcome="unknown"))
            assert journal.read("run-1", tenant="acme").unknown_calls == 1
        books.close()

    def test_a_finished_run_is_forgotten_and_what_is_old_is_pruned(self, tmp_path: Path) -> None:
        """The journal does not grow with the runs."""
        books, journal = self.make(tmp_path)
        journal.write(ENTRY, day=DAY)
        journal.write(replace(ENTRY, run="run-2"), day=date(2027, 1, 8))
        journal.write(replace(ENTRY, run="run-3"), day=date(2027, 1, 8))
        assert journal.prune(before=DAY) == 2
        assert journal.read("run-2", tenant="acme") == Kept()
        journal.forget("run-1", tenant="acme")
        assert journal.read("run-1", tenant="acme") == Kept()
        books.close()
