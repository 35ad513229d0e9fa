"""The audit log in the database: an entry and the new head are one transaction, so that no writer forks the chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, insert, select, update

from nexusplanner.domain.audit import PLANNER, AuditAction, AuditEntry, AuditHead, AuditNote
from nexusplanner.domain.audit_chain import genesis, link
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.audit_person import erasure, naming
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.tables.audit import audit, audit_heads
from nexusplanner.persistence.upsert import insert_into

_ENTRY = tuple(audit.c[name] for name in AuditEntry.model_fields)
_PAGE = 1_000


class SqlAudit:
    """Keeps the chains of all tenants.

    What is noted within ``database.begin()`` of the same thread is a part of that transaction: there with what it
    tells of, or not at all.

    Args:
        database: Where.
        now: The clock.
        salt: Gives the salt of each payload.
    """

    def __init__(
        self, database: Database, now: Callable[[], datetime], *, salt: Callable[[], str] = lambda: token_hex(8)
    ) -> None:
        self._database, self._now, self._salt = database, now, salt

    def append(self, note: AuditNote, *, tenant: str) -> AuditEntry:
        """Note something; it is on the disk when this returns."""
        name = tenant_name(tenant)
        with self._database.begin() as connection:
            return self._append(connection, note, _locked_head(connection, name))

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
        name = tenant_name(tenant)
        asked = select(*_ENTRY).where(audit.c.tenant == name, audit.c.seq > after).order_by(audit.c.seq).limit(limit)
        if action is not None:
            asked = asked.where(audit.c.action == action)
        if subject is not None:
            asked = asked.where(audit.c.subject == subject)
        if not self._database.is_there:
            return ()
        with self._database.read() as connection:
            return tuple(AuditEntry(**row) for row in connection.execute(asked).mappings())

    def start(self, *, tenant: str) -> AuditHead:
        """Return what the first entry follows."""
        return genesis(tenant_name(tenant))

    def head(self, *, tenant: str) -> AuditHead:
        """Return where the chain ends."""
        name = tenant_name(tenant)
        if not self._database.is_there:
            return genesis(name)
        with self._database.read() as connection:
            return _head(connection, name) or genesis(name)

    def erase(self, person: str, *, tenant: str, actor: str = PLANNER) -> tuple[int, ...]:
        """Blank the payload of every entry that names a person, and note that it was done."""
        name = tenant_name(tenant)
        if not self._database.is_there:
            return ()
        with self._database.begin() as connection:
            head = _locked_head(connection, name)
            found = _found(connection, name, person)
            for entry in found:
                here = (audit.c.tenant == name) & (audit.c.seq == entry.seq)
                connection.execute(update(audit).where(here).values(payload=""))
            if found:
                self._append(connection, erasure(found, person, tenant=name, actor=actor), head)
        return tuple(entry.seq for entry in found)

    def _append(self, connection: Connection, note: AuditNote, head: AuditHead) -> AuditEntry:
        entry = link(note, head, at=self._now(), salt=self._salt())
        connection.execute(insert(audit), {"tenant": head.tenant, **dict(entry)})
        moved = update(audit_heads).where(audit_heads.c.tenant == head.tenant)
        connection.execute(moved.values(seq=entry.seq, hash=entry.hash))
        return entry

    def __repr__(self) -> str:
        return f"<SqlAudit in {self._database.name}>"


def _head(connection: Connection, tenant: str) -> AuditHead | None:
    asked = select(audit_heads.c.seq, audit_heads.c.hash).where(audit_heads.c.tenant == tenant)
    row = connection.execute(asked).first()
    return None if row is None else AuditHead(tenant=tenant, seq=row.seq, hash=row.hash)


def _locked_head(connection: Connection, tenant: str) -> AuditHead:
    """Read the head so that no other writer moves it before this transaction ends."""
    asked = select(audit_heads.c.seq, audit_heads.c.hash).where(audit_heads.c.tenant == tenant).with_for_update()
    row = connection.execute(asked).first()
    if row is None:
        first = genesis(tenant)
        made = insert_into(audit_heads, connection).values(tenant=tenant, seq=first.seq, hash=first.hash)
        connection.execute(made.on_conflict_do_nothing())
        row = connection.execute(asked).one()
    return AuditHead(tenant=tenant, seq=row.seq, hash=row.hash)


def _found(connection: Connection, tenant: str, person: str) -> tuple[AuditEntry, ...]:
    found: list[AuditEntry] = []
    after = 0
    while True:
        asked = select(*_ENTRY).where(audit.c.tenant == tenant, audit.c.seq > after).order_by(audit.c.seq)
        page = [AuditEntry(**row) for row in connection.execute(asked.limit(_PAGE)).mappings()]
        if not page:
            return tuple(found)
        found += naming(page, person)
        after = page[-1].seq
