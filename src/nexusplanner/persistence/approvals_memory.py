"""Decisions in memory: gone with the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator

from nexusplanner.domain.approval import Decided
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.approval_rows import KIND, kept, note_of, without
from nexusplanner.ports.audit import AuditLog
from nexusplanner.ports.personal_data import Amount, Kept

MOST = 256
"""Decisions kept a tenant; the oldest are let go."""


class InMemoryApprovals:
    """Keeps the newest decisions of each tenant.

    Args:
        audit: Where each is noted.
    """

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._kept: dict[str, OrderedDict[str, Decided]] = {}
        self._lock = threading.Lock()

    def record(self, made: Decided, *, tenant: str) -> Decided:
        """Write a decision down; return the one that counts."""
        with self._lock:
            kept = self._of(tenant)
            if made.question not in kept:
                self._audit.append(note_of(made), tenant=tenant)
                kept[made.question] = made
                if len(kept) > MOST:
                    kept.popitem(last=False)
            return kept[made.question]

    def find(self, question: str, *, tenant: str) -> Decided | None:
        """Return what was decided about a question, or None."""
        with self._lock:
            return self._of(tenant).get(question)

    def of_run(self, run_id: str, *, tenant: str) -> tuple[Decided, ...]:
        """Return what was decided in a run."""
        with self._lock:
            return tuple(made for made in self._of(tenant).values() if made.run_id == run_id)

    def list(self, *, tenant: str, limit: int = 500, after: str = "") -> tuple[Decided, ...]:
        """Return decisions in the order they were made."""
        with self._lock:
            kept = [*self._of(tenant).values()]
        begin = next((at + 1 for at, made in enumerate(kept) if made.question == after), 0)
        return tuple(kept[begin : begin + limit])

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant."""
        found = self.list(tenant=tenant)
        return (Amount(KIND, len(found), sum(len(made.model_dump_json()) for made in found)),)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield all decisions of a tenant."""
        return map(kept, self.list(tenant=tenant))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of all decisions."""
        with self._lock:
            decisions = self._of(tenant)
            named = {made.question: cut for made in decisions.values() if (cut := without(made, person)) is not None}
            decisions.update(named)
            return len(named)

    def forget(self, *, tenant: str) -> int:
        """Let go of a tenant's decisions."""
        with self._lock:
            return len(self._kept.pop(tenant_name(tenant), ()))

    def _of(self, tenant: str) -> OrderedDict[str, Decided]:
        return self._kept.setdefault(tenant_name(tenant), OrderedDict())

    def __repr__(self) -> str:
        return f"<InMemoryApprovals of {len(self._kept)} tenants>"
