"""The chain: how a note becomes an entry, and how every change of one is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from nexusplanner.domain.audit import BLANKED, AuditEntry, AuditHead, AuditNote, moment
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import DomainModel

FORM = "nexusplanner-audit/1"
MOST_FAULTS = 100
"""Faults that a report lists; one change of a chain makes a few at most, a torn file many."""


class AuditFault(DomainModel):
    """One thing that is wrong with a chain."""

    seq: int
    """The entry it was found at."""
    problem: str

    def __str__(self) -> str:
        return f"entry {self.seq}: {self.problem}"


class AuditReport(DomainModel):
    """What a check of a whole chain found."""

    head: AuditHead
    """Where the chain that was read ends."""
    faults: tuple[AuditFault, ...] = ()

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def __str__(self) -> str:
        if self.is_intact:
            return f"The audit log of {self.head.tenant!r} is intact: {self.head.seq:,} entries, head {self.head}."
        return f"The audit log of {self.head.tenant!r} was changed: {self.faults[0]}."


def genesis(tenant: str) -> AuditHead:
    """Return what a tenant's first entry follows."""
    return AuditHead(tenant=tenant, seq=0, hash=_sha256(canonical({"chain": FORM, "tenant": tenant})))


def link(note: AuditNote, head: AuditHead, *, at: datetime, salt: str) -> AuditEntry:
    """Make a note the next entry of a chain.

    Args:
        note: What is noted.
        head: Where the chain ends.
        at: When.
        salt: Random text, so that an erased payload cannot be guessed from its hash.
    """
    payload = canonical({"actor": note.actor, "details": note.details, "salt": salt})
    entry = AuditEntry(
        seq=head.seq + 1,
        at=moment(at),
        action=note.action,
        subject=note.subject,
        payload=payload,
        payload_sha256=_sha256(payload),
        previous=head.hash,
        hash="",
    )
    return entry.model_copy(update={"hash": hash_of(entry)})


def hash_of(entry: AuditEntry) -> str:
    """Compute the hash of an entry from everything it covers; its payload is covered by its own hash."""
    return _sha256(canonical(entry.model_dump(exclude={"hash", "payload"})))


def head_of(entry: AuditEntry, *, tenant: str) -> AuditHead:
    """Return the head of a chain that ends in this entry."""
    return AuditHead(tenant=tenant, seq=entry.seq, hash=entry.hash)


class ChainCheck:
    """Checks a chain entry by entry, holding no more of it than its end.

    Args:
        start: What the first entry has to follow.
        heads: Where the chain is known to have ended at some time.
    """

    def __init__(self, start: AuditHead, heads: Sequence[AuditHead] = ()) -> None:
        self._start, self._last, self._heads = start, start, tuple(heads)
        self._blank: set[int] = set()
        self._named: dict[int, int] = {}
        self._faults: list[AuditFault] = []

    def add(self, entry: AuditEntry) -> None:
        """Check the next entry."""
        for problem in _problems(entry, self._last):
            self.fault(entry.seq, problem)
        if not entry.payload:
            self._blank.add(entry.seq)
        self._named.update(dict.fromkeys(blanked_by(entry), entry.seq))
        self._last = head_of(entry, tenant=self._last.tenant)
        for head in self._heads:
            if head.seq == entry.seq and head.hash != entry.hash:
                self.fault(entry.seq, "the chain was written anew: the head that was kept is another")

    def fault(self, seq: int, problem: str) -> None:
        """Note a fault."""
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(AuditFault(seq=seq, problem=problem))

    def report(self) -> AuditReport:
        """Close the check after the last entry."""
        for head in self._heads:
            if head.tenant != self._last.tenant:
                self.fault(head.seq, "the head that was kept is another tenant's")
            elif head.seq > self._last.seq:
                self.fault(self._last.seq + 1, f"the end was cut off: there were {head.seq} entries")
            elif head.seq == self._start.seq and head != self._start:
                self.fault(head.seq, "the chain was written anew: the head that was kept is another")
        for seq in sorted(self._blank - self._named.keys()):
            self.fault(seq, "its payload is gone, and no erasure names it")
        for seq in sorted(seq for seq in self._named.keys() - self._blank if seq > self._start.seq):
            self.fault(self._named[seq], f"it blanked entry {seq}, whose payload is there")
        return AuditReport(head=self._last, faults=tuple(self._faults))


def blanked_by(entry: AuditEntry) -> tuple[int, ...]:
    """Return the numbers of the entries that an erasure blanked; none for any other entry."""
    seqs = entry.details.get("seqs") if entry.action == BLANKED else None
    return tuple(seq for seq in seqs if isinstance(seq, int)) if isinstance(seqs, list) else ()


def verify_chain(
    entries: Iterable[AuditEntry], *, tenant: str, heads: Sequence[AuditHead] = (), start: AuditHead | None = None
) -> AuditReport:
    """Check a chain from its first entry on.

    Args:
        entries: In the order they are kept in.
        tenant: Whose chain it is.
        heads: Heads that were kept elsewhere.
        start: What the first entry has to follow; by default the tenant's name.
    """
    check = ChainCheck(start or genesis(tenant), heads)
    for entry in entries:
        check.add(entry)
    return check.report()


def _problems(entry: AuditEntry, last: AuditHead) -> Iterable[str]:
    if entry.seq != last.seq + 1:
        yield f"it follows entry {last.seq}: entries were taken out, put in or moved"
    if entry.previous != last.hash:
        yield "it does not follow from the entry before it"
    if hash_of(entry) != entry.hash:
        yield "it was changed: its hash is another"
    if entry.payload and _sha256(entry.payload) != entry.payload_sha256:
        yield "its payload was changed"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
