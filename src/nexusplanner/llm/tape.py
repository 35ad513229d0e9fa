"""The tape of one call of an agent: what it was told before the process died, and then what it is told now.

A call of an agent may take many calls of models: tries, repairs, judges, lower rungs. They come one after another, and
what each was told is found by all that was asked. What is not found is asked, so a run whose settings changed
meanwhile goes on, and pays for what it asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from nexusplanner.llm.purse import Purse
from nexusplanner.ports.journal import Entry, EntryKind, tally
from nexusplanner.ports.ledger import Paid

_FAILED = frozenset({"fault", "cut"})
_NOTHING = Paid()


class Tape:
    """What one call is told, in order.

    Args:
        purse: The run's; whatever the call took before counts from now on.
        scope: The node.
        call: Who asks.
        kept: What the journal holds of this call.
    """

    def __init__(self, purse: Purse, *, scope: str, call: str, kept: Sequence[Entry] = ()) -> None:
        self.scope, self.call = scope, call
        self._purse, self._unread = purse, list(kept)
        self._next = max((e.index for e in kept), default=-1) + 1
        self.replayed = 0
        """How many replies were told again instead of being asked for."""
        purse.recount(tally(kept))

    @property
    def is_replaying(self) -> bool:
        """Whether anything is left that was told before."""
        return bool(self._unread)

    def again(self, kind: EntryKind, sha256: str, rung: str) -> Entry | None:
        """Return what was told then, once, and pass over the faults before it; None where it has to be asked.

        Args:
            kind: What is wanted.
            sha256: Of what is asked.
            rung: Who is asked.
        """
        for at, entry in enumerate(self._unread):
            if (entry.kind, entry.sha256, entry.rung) == (kind, sha256, rung):
                self.replayed += kind in {"reply", "cached", "found"}
                self._unread = self._after(at)
                return entry
        return None

    def faults(self, sha256: str, rung: str) -> int:
        """Return how many tries failed then."""
        return sum(e.kind == "fault" and (e.sha256, e.rung) == (sha256, rung) for e in self._unread)

    def entry(self, kind: EntryKind, sha256: str, rung: str, text: str, *, paid: Paid = _NOTHING) -> Entry:
        """Take the next place for something told now."""
        place = (self._purse.tenant, self._purse.run, self.scope, self.call, self._next)
        self._next += 1
        return Entry(*place, kind, sha256, rung, text, paid)

    def keep(self, kind: EntryKind, sha256: str, rung: str, text: str) -> None:
        """Keep something that cost nothing; nobody waits for it."""
        self._purse.journal(self.entry(kind, sha256, rung, text))

    def _after(self, at: int) -> list[Entry]:
        """Pass over what an entry stands for: a loss for all before it, a reply for the tries that failed."""
        found = self._unread[at]
        if found.kind == "loss":
            return self._unread[at + 1 :]
        asked = (found.sha256, found.rung)
        before = [e for e in self._unread[:at] if e.kind not in _FAILED or (e.sha256, e.rung) != asked]
        return before + self._unread[at + 1 :]


@dataclass
class Pen:
    """Writes what one question is told, beside the settlement of what it took.

    Args:
        tape: Where it stands.
        sha256: Of what is asked.
        rung: Who is asked.
    """

    tape: Tape
    sha256: str
    rung: str
    tries: int = 0
    """Requests that left, with those before the process died."""

    def writing(self, kind: EntryKind, text: str) -> Callable[[Paid], Entry]:
        """Return what makes the entry, once it is known what was paid."""
        return lambda paid: self.tape.entry(kind, self.sha256, self.rung, text, paid=paid)


@dataclass
class Scene:
    """One node at work: hands out the tapes of its calls.

    Args:
        purse: The run's.
        name: The node, as the journal knows it.
        kept: What the journal holds of it.
    """

    purse: Purse
    name: str
    kept: Sequence[Entry] = ()
    _begun: dict[str, int] = field(default_factory=dict)

    def tape(self, call: str) -> Tape:
        """Return the tape of a call; one of the same name after it has a tape of its own."""
        times = self._begun[call] = self._begun.get(call, 0) + 1
        name = call if times == 1 else f"{call} #{times}"
        return Tape(self.purse, scope=self.name, call=name, kept=[e for e in self.kept if e.call == name])


class Tapes:
    """All that a run was told before.

    What completed nodes took counts at once; what a node took that is walked again counts as it is told again, so
    that it finds the purse as it was.

    Args:
        purse: The run's.
        kept: What the journal holds of the run.
    """

    def __init__(self, purse: Purse, kept: Iterable[Entry] = ()) -> None:
        self._purse = purse
        self._scenes: dict[str, list[Entry]] = {}
        for entry in kept:
            self._scenes.setdefault(entry.scope, []).append(entry)
        counted = [tally(entries) for entries in self._scenes.values()]
        for taken in counted:
            purse.recount(taken)
        told = sum(e.kind in {"reply", "fault"} for entries in self._scenes.values() for e in entries)
        self.cut = sum(taken.calls for taken in counted) - told
        """How many calls were cut off and counted."""

    @property
    def kept(self) -> int:
        """How many replies are kept of nodes that did not begin again yet."""
        return sum(e.kind in {"reply", "cached", "found"} for entries in self._scenes.values() for e in entries)

    def enter(self, scope: str) -> Scene:
        """Let a node begin."""
        kept = self._scenes.pop(scope, [])
        if kept:
            self._purse.recount(-tally(kept))
        return Scene(self._purse, scope, kept)
