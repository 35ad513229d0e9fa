"""Personal data in an audit log: what is exported, which payloads are blanked, and the note that names them."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.domain.audit import BLANKED, AuditEntry, AuditNote
from nexusplanner.domain.audit_chain import blanked_by
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import storage_key
from nexusplanner.ports.personal_data import Kept

KIND = "audit"


def kept(entry: AuditEntry) -> Kept:
    """Return an entry as it is exported."""
    return Kept(KIND, f"{entry.seq:09d}", entry.model_dump(mode="json"))


def naming(entries: Iterable[AuditEntry], person: Person) -> tuple[AuditEntry, ...]:
    """Return the entries whose actor or details name a person."""
    return tuple(entry for entry in entries if person.is_in(entry.actor) or person.is_in(entry.details))


def blanking(blanked: Iterable[AuditEntry], *, tenant: str) -> AuditNote:
    """Write the note of an erasure: it names what it blanks, and what an erasure that it blanks had named."""
    seqs = sorted({seq for entry in blanked for seq in (entry.seq, *blanked_by(entry))})
    return AuditNote(action=BLANKED, subject=storage_key(tenant), details={"seqs": list(seqs)})
