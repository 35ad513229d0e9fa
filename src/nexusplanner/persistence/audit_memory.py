"""An audit log in memory: gone with the process, and no longer than it needs to be."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead, AuditNote
from nexusplanner.domain.audit_chain import genesis, head_of, link
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.audit_person import KIND, blanking, kept, naming
from nexusplanner.ports.personal_data import Amount, Kept

MOST = 512
"""Entries kept a tenant; the oldest are let go, and what is left is still a chain."""


@dataclass
class _Chain:
    start: AuditHead
    entries: deque[AuditEntry] = field(default_factory=deque)

    @property
    def head(self) -> AuditHead:
        return head_of(self.entries[-1], tenant=self.start.tenant) if self.entries else self.start


class InMemoryAudit:
    """Keeps the newest entries of each tenant.

    Args:
        now: The clock.
        salt: Gives the salt of each payload.
        most: Entries kept a tenant.
    """

    def __init__(
        self, now: Callable[[], datetime], *, salt: Callable[[], str] = lambda: token_hex(8), most: int = MOST
    ) -> None:
        self._now, self._salt, self._most = now, salt, most
        self._chains: dict[str, _Chain] = {}
        self._lock = threading.Lock()

    def append(self, note: AuditNote, *, tenant: str) -> AuditEntry:
        """Note something."""
        with self._lock:
            return self._append(note, tenant)

    def read(
        self,
        *,
        tenant: str,
        after: int = 0,
        limit: int = 500,
        action: AuditAction | None = None,
        subject: str | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return entries in order, those after a number."""
        with self._lock:
            found = [
                entry
                for entry in self._chain(tenant).entries
                if entry.seq > after and action in (None, entry.action) and subject in (None, entry.subject)
            ]
        return tuple(found[:limit])

    def start(self, *, tenant: str) -> AuditHead:
        """Return what the first entry that is kept follows."""
        with self._lock:
            return self._chain(tenant).start

    def head(self, *, tenant: str) -> AuditHead:
        """Return where the chain ends."""
        with self._lock:
            return self._chain(tenant).head

    async def aappend(self, note: AuditNote, *, tenant: str) -> AuditEntry:
        """Note something."""
        return self.append(note, tenant=tenant)

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant."""
        entries = self.read(tenant=tenant, limit=self._most)
        return (Amount(KIND, len(entries), sum(len(e.payload) for e in entries)),)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield all entries of a tenant."""
        return map(kept, self.read(tenant=tenant, limit=self._most))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Blank the payload of every entry that names a person, and note that it was done."""
        with self._lock:
            chain = self._chain(tenant)
            found = naming(chain.entries, person)
            seqs = {entry.seq for entry in found}
            if found:
                blanked = (e.model_copy(update={"payload": ""}) if e.seq in seqs else e for e in chain.entries)
                chain.entries = deque(blanked)
                self._append(blanking(found, tenant=tenant), tenant)
        return len(found)

    def forget(self, *, tenant: str) -> int:
        """Let go of a tenant's chain."""
        with self._lock:
            gone = self._chains.pop(tenant_name(tenant), None)
        return len(gone.entries) if gone else 0

    def _append(self, note: AuditNote, tenant: str) -> AuditEntry:
        chain = self._chain(tenant)
        entry = link(note, chain.head, at=self._now(), salt=self._salt())
        chain.entries.append(entry)
        while len(chain.entries) > self._most:
            chain.start = head_of(chain.entries.popleft(), tenant=chain.start.tenant)
        return entry

    def _chain(self, tenant: str) -> _Chain:
        name = tenant_name(tenant)
        return self._chains.setdefault(name, _Chain(genesis(name)))

    def __repr__(self) -> str:
        return f"<InMemoryAudit of {len(self._chains)} tenants>"
