"""Erasing a person from an audit log: which payloads are blanked, and what the erasure has to name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nexusplanner.domain.audit import ERASED, PLANNER, AuditEntry, AuditNote
from nexusplanner.domain.audit_chain import erased_by
from nexusplanner.domain.tenant import storage_key


def naming(entries: Iterable[AuditEntry], person: str) -> tuple[AuditEntry, ...]:
    """Return the entries whose actor or details hold a person's name or address, in whatever case."""
    wanted = _folded(person)
    return tuple(entry for entry in entries if wanted and any(wanted in _folded(text) for text in _texts(entry)))


def erasure(blanked: Iterable[AuditEntry], person: str, *, tenant: str, actor: str) -> AuditNote:
    """Write the note of an erasure: it names what it blanks, and what an erasure that it blanks had named.

    Args:
        blanked: The entries, as they were.
        person: Who is erased; an actor of this name is not written down again.
        tenant: Whose log it is.
        actor: Who erases.
    """
    seqs = sorted({seq for entry in blanked for seq in (entry.seq, *erased_by(entry))})
    by = PLANNER if _folded(person) in _folded(actor) else actor
    return AuditNote(action=ERASED, subject=storage_key(tenant), actor=by, details={"seqs": list(seqs)})


def _texts(entry: AuditEntry) -> Iterator[str]:
    yield entry.actor
    yield from _leaves(entry.details)


def _leaves(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _leaves(child)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
