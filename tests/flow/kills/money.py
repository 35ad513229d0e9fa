"""Writers of the books and of the journal in them, to be killed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from nexusplanner.ports.journal import Journal
from nexusplanner.ports.ledger import Call, Hold, Ledger, Paid, Scope
from nexusplanner.testing.journal import ENTRY

_DAY = date(2027, 1, 9)
_WORDS = "So it is, and so it was. " * 160


class WrittenBooks:
    """Money held and settled; an item is a settled call.

    Args:
        books: What is written to.
        close: Lets go of it.
    """

    def __init__(self, books: Ledger, close: Callable[[], None]) -> None:
        self._books, self.close = books, close

    def write(self, number: int) -> None:
        """Hold and settle."""
        scope, call = Scope("day", "day:2027-01-09"), Call("acme", _DAY, "run", f"agent-{number}", "m")
        hold = self._books.reserve(5, (scope,), call, now=0, hold_s=60)
        assert isinstance(hold, Hold)
        self._books.settle(hold, Paid(3))

    def whole(self) -> set[int]:
        """Compare the sum of the calls with what the scope says."""
        calls = self._books.spend()
        spent = self._books.balance("day:2027-01-09").spent
        assert sum(row.amount for row in calls) == spent == 3 * len(calls)
        return {int(row.agent.removeprefix("agent-")) for row in calls}


class WrittenJournal:
    """Replies with their settlements; an item is a reply that was settled.

    Args:
        books: What is written to.
        journal: In the books' transactions.
        close: Lets go of both.
    """

    def __init__(self, books: Ledger, journal: Journal, close: Callable[[], None]) -> None:
        self._books, self._journal, self.close = books, journal, close

    def write(self, number: int) -> None:
        """Hold; then settle and keep the reply, in one transaction."""
        scope, call = Scope("run", "run:acme:run-1"), Call("acme", _DAY, "run-1", f"agent-{number}", "m")
        hold = self._books.reserve(100, (scope,), call, now=0, hold_s=60)
        assert isinstance(hold, Hold)
        text = json.dumps({"number": number, "words": _WORDS})
        with self._books.together():
            self._journal.write(replace(ENTRY, call=f"agent-{number}", text=text), day=_DAY)
            self._books.settle(hold, ENTRY.paid)

    def whole(self) -> set[int]:
        """Compare the replies with the calls: there is one of each, or neither."""
        entries = self._journal.read("run-1", tenant="acme").entries
        settled = {int(line.agent.removeprefix("agent-")) for line in self._books.spend()}
        for entry in entries:
            kept = json.loads(entry.text)
            assert kept == {"number": int(entry.call.removeprefix("agent-")), "words": _WORDS}, entry.call
        assert {json.loads(entry.text)["number"] for entry in entries} == settled
        assert self._books.balance("run:acme:run-1").spent == ENTRY.paid.amount * len(settled)
        return settled
