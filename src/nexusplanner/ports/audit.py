"""The audit log: what was done, by whom and when, as a chain for each tenant that nobody can change unseen."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead, AuditNote
from nexusplanner.ports.personal_data import TenantData


@runtime_checkable
class AuditLog(TenantData, Protocol):
    """An audit log. An entry is on the disk when ``append`` returns, and two writers never fork a chain.

    All but ``aappend`` block for a moment: call them in a thread where others wait. Erasing a person blanks the payload
    of every entry that names it; the chain goes on and says so.
    """

    def append(self, note: AuditNote, *, tenant: str) -> AuditEntry:
        """Note something.

        Raises:
            StorageError: It could not be written; then it is not in the chain.
        """
        ...

    def read(
        self,
        *,
        tenant: str,
        after: int = 0,
        limit: int = 500,
        action: AuditAction | None = None,
        subject: str | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return entries in order, those after a number, as many as a page holds.

        Args:
            tenant: Whose they are.
            after: The number of the last entry that is known.
            limit: The most that are returned.
            action: Only of this action.
            subject: Only about this id.
        """
        ...

    def start(self, *, tenant: str) -> AuditHead:
        """Return what the first entry that is kept follows: the tenant's name, or the entries that were let go."""
        ...

    def head(self, *, tenant: str) -> AuditHead:
        """Return where the chain ends."""
        ...

    async def aappend(self, note: AuditNote, *, tenant: str) -> AuditEntry:
        """Note something, together with what else waits for the disk.

        Raises:
            StorageError: It could not be written; then it is not in the chain.
        """
        ...
