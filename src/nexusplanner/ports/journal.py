"""The journal of calls: what a run was told, kept so that a run that is resumed is told it again and pays nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, runtime_checkable

from nexusplanner.ports.ledger import Paid

EntryKind = Literal["reply", "fault", "cut", "loss", "cached", "found", "note"]
"""A model's raw reply; a call that failed; one that was cut off; a model that was given up; an answer from the cache;
what a tool brought; how it was asked."""
_PAID_CALLS = frozenset({"reply", "fault", "cut"})


@dataclass(frozen=True)
class Entry:
    """One thing that a run was told, and where in the run."""

    tenant: str
    run: str
    scope: str
    """The node: its step, its name and its branch."""
    call: str
    """Who asked within the node: agent and branch, or ``tool:<name>``."""
    index: int
    """Which of the things this call was told."""
    kind: EntryKind
    sha256: str
    """Of all that was asked, with model, parameters and schema."""
    rung: str
    text: str
    """What was told, raw, as JSON."""
    paid: Paid = field(default=Paid())

    @property
    def is_call(self) -> bool:
        """Whether it is one of the run's model calls."""
        return self.kind in _PAID_CALLS


@dataclass(frozen=True)
class Tally:
    """What some calls took."""

    amount: int = 0
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def __neg__(self) -> Tally:
        return Tally(-self.amount, -self.calls, -self.tokens_in, -self.tokens_out)


@dataclass(frozen=True)
class Kept:
    """What the journal holds of a run."""

    entries: tuple[Entry, ...] = ()
    """In the order of their places."""
    unknown_calls: int = 0
    """Calls whose fate nobody knows, since the process died or they were cut off; they count as spent in full."""


@runtime_checkable
class Journal(Protocol):
    """Keeps entries in the books' own transactions. Never asked across tenants or runs."""

    def write(self, entry: Entry, *, day: date) -> None:
        """Keep an entry; within the books' ``together`` it is on the disk when what it settles is.

        Args:
            entry: Takes the place of one that was written at the same place before.
            day: When it was told.

        Raises:
            StorageError: It cannot be written.
        """
        ...

    def read(self, run: str, *, tenant: str) -> Kept:
        """Return what a run was told."""
        ...

    def forget(self, run: str, *, tenant: str) -> None:
        """Let go of a run's entries: it is finished."""
        ...

    def prune(self, *, before: date) -> int:
        """Let go of what was told before a day, to runs that nobody resumed.

        Returns:
            How many entries that were.
        """
        ...


def tally(entries: Iterable[Entry]) -> Tally:
    """Add up what the calls of one tape took, as far as they had a part in what came of it.

    A call that was cut off had one where its model was given up for it; else the process was stopped meanwhile.
    """
    listed = list(entries)
    given_up = {(e.call, e.rung): at for at, e in enumerate(listed) if e.kind == "loss"}
    counted = [e for at, e in enumerate(listed) if e.kind != "cut" or at < given_up.get((e.call, e.rung), -1)]
    return Tally(
        sum(e.paid.amount for e in counted),
        sum(e.is_call for e in counted),
        sum(e.paid.tokens_in for e in counted),
        sum(e.paid.tokens_out for e in counted),
    )
