"""Auditing: reading, checking and exporting the log of what was done."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead, AuditNote
from nexusplanner.domain.audit_chain import AuditReport, verify_chain
from nexusplanner.domain.audit_file import export_lines, head_from
from nexusplanner.domain.tenant import storage_key
from nexusplanner.errors import StorageError
from nexusplanner.planner.entering import acts
from nexusplanner.planner.refining import RefiningCore
from nexusplanner.ports.audit import AuditLog
from nexusplanner.rendering.whole_files import part_names

_PAGE = 1_000


class _Read(Protocol):
    """Reads entries of one log."""

    def __call__(self, *, after: int, limit: int) -> tuple[AuditEntry, ...]: ...


class AuditingCore(RefiningCore):
    """Plans campaigns, refines plans, and tells what was done."""

    @acts("audit")
    async def aaudit(
        self,
        *,
        after: int | None = None,
        limit: int = 100,
        action: AuditAction | None = None,
        subject: str | None = None,
        tenant: str | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return entries of the audit log, the oldest first.

        Args:
            after: The number of the last entry that is known; by default the newest entries are returned.
            limit: The most that are returned.
            action: Only of this action.
            subject: Only about this plan, run or other id.
            tenant: Whose log it is.
        """
        read = partial(self._audit.read, tenant=self._tenant(tenant), action=action, subject=subject)
        if after is not None:
            return await asyncio.to_thread(read, after=after, limit=limit)
        return await asyncio.to_thread(_newest, read, limit)

    @acts("audit")
    async def averify_audit(self, head: AuditHead | str | None = None, *, tenant: str | None = None) -> AuditReport:
        """Check the whole audit log: every entry that was changed, taken out, put in or moved is found.

        Args:
            head: A head that was kept elsewhere, as ``export_audit`` returned or printed it: without one, entries
                that were cut off the end together with the database's own note of the end are not missed.
            tenant: Whose log it is.

        Raises:
            InputError: The head is none.
        """
        name = self._tenant(tenant)
        kept = head_from(head, tenant=name) if isinstance(head, str) else head
        return await asyncio.to_thread(_verified, self._audit, name, () if kept is None else (kept,))

    @acts("export")
    async def aexport_audit(self, path: str | Path, *, tenant: str | None = None) -> AuditHead:
        """Write the whole audit log to a file that proves itself: ``nexusplanner audit verify FILE``.

        Returns:
            The head. Keep it apart from the file, and nobody can cut either unseen.

        Raises:
            StorageError: The file cannot be written; nothing is left half-written.
        """
        name = self._tenant(tenant)
        note = AuditNote(action="data.exported", subject=storage_key(name), details={"what": "audit"})
        await self._audit.aappend(note, tenant=name)
        return await asyncio.to_thread(_exported, self._audit, name, Path(path))

    @property
    def _audit(self) -> AuditLog:
        if self._parts.audit is None:
            raise RuntimeError("the parts were wired without records")
        return self._parts.audit


def _entries(log: AuditLog, tenant: str) -> Iterator[AuditEntry]:
    return _pages(partial(log.read, tenant=tenant))


def _pages(read: _Read) -> Iterator[AuditEntry]:
    after = 0
    while page := read(after=after, limit=_PAGE):
        yield from page
        after = page[-1].seq


def _newest(read: _Read, most: int) -> tuple[AuditEntry, ...]:
    return tuple(deque(_pages(read), maxlen=most))


def _verified(log: AuditLog, tenant: str, heads: tuple[AuditHead, ...]) -> AuditReport:
    report = _checked(log, tenant, heads)
    # A person who is erased while the chain is read makes it look changed, but not a second time.
    return report if report.is_intact else _checked(log, tenant, heads)


def _checked(log: AuditLog, tenant: str, heads: tuple[AuditHead, ...]) -> AuditReport:
    start, now = log.start(tenant=tenant), log.head(tenant=tenant)
    return verify_chain(_entries(log, tenant), tenant=tenant, heads=(*heads, now), start=start)


def _exported(log: AuditLog, tenant: str, path: Path) -> AuditHead:
    ((_, part),) = part_names(path.parent, [path.name]).items()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        head = _written(log, tenant, part)
        part.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path.name} cannot be written: {error.strerror or error}.", fix="Check the folder's rights and space."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return head


def _written(log: AuditLog, tenant: str, part: Path) -> AuditHead:
    last = ""
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for last in export_lines(_entries(log, tenant), start=log.start(tenant=tenant)):
            file.write(last)
    return AuditHead.model_validate(json.loads(last)["head"])
