"""The audit log in the database: an entry and the new head are one transaction, so that no writer forks the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead, AuditNote
from nexusplanner.domain.audit_chain import genesis, link
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.audit_person import KIND, blanking, kept, naming
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.tables.audit import audit, audit_heads
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.personal_data import Amount, Kept

_ENTRY = tuple(audit.c[name] for name in AuditEntry.model_fields)
_PAGE = 1_000
# Built once: building a statement takes longer than SQLite takes to run it.
_HEAD = select(audit_heads.c.seq, audit_heads.c.hash).where(audit_heads.c.tenant == bindparam("tenant"))
_LOCKED_HEAD = _HEAD.with_for_update()
_NOTE = insert(audit)
_MOVE = (
    update(audit_heads)
    .where(audit_heads.c.tenant == bindparam("of"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)


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

    async def aappend(self, note: AuditNote, *, tenant: str) -> AuditEntry:
        """Note something, together with what else waits for the disk."""
        name = tenant_name(tenant)
        return await self._database.awrite(lambda c: self._append(c, note, _locked_head(c, name)))

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant."""
        name = tenant_name(tenant)
        size = func.coalesce(func.sum(func.length(audit.c.payload)), 0)
        asked = select(func.count(), size).select_from(audit).where(audit.c.tenant == name)
        if not self._database.is_there:
            return ()
        with self._database.read() as connection:
            count, size_there = connection.execute(asked).one()
        return (Amount(KIND, int(count), int(size_there)),)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield all entries of a tenant, a page at a time."""
        after = 0
        while page := self.read(tenant=tenant, after=after, limit=_PAGE):
            yield from map(kept, page)
            after = page[-1].seq

    def erase(self, person: Person, *, tenant: str) -> int:
        """Blank the payload of every entry that names a person, and note that it was done."""
        name = tenant_name(tenant)
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            head = _locked_head(connection, name)
            found = _found(connection, name, person)
            for entry in found:
                here = (audit.c.tenant == name) & (audit.c.seq == entry.seq)
                connection.execute(update(audit).where(here).values(payload=""))
            if found:
                self._append(connection, blanking(found, tenant=name), head)
        return len(found)

    def forget(self, *, tenant: str) -> int:
        """Delete a tenant's chain."""
        name = tenant_name(tenant)
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            gone = connection.execute(delete(audit).where(audit.c.tenant == name)).rowcount
            connection.execute(delete(audit_heads).where(audit_heads.c.tenant == name))
        return gone

    def _append(self, connection: Connection, note: AuditNote, head: AuditHead) -> AuditEntry:
        entry = link(note, head, at=self._now(), salt=self._salt())
        connection.execute(_NOTE, {"tenant": head.tenant, **dict(entry)})
        connection.execute(_MOVE, {"of": head.tenant, "to_seq": entry.seq, "to_hash": entry.hash})
        return entry

    def __repr__(self) -> str:
        return f"<SqlAudit in {self._database.name}>"


def _head(connection: Connection, tenant: str) -> AuditHead | None:
    row = connection.execute(_HEAD, {"tenant": tenant}).first()
    return None if row is None else AuditHead(tenant=tenant, seq=row.seq, hash=row.hash)


def _locked_head(connection: Connection, tenant: str) -> AuditHead:
    """Read the head so that no other writer moves it before this transaction ends."""
    row = connection.execute(_LOCKED_HEAD, {"tenant": tenant}).first()
    if row is None:
        first = genesis(tenant)
        made = insert_into(audit_heads, connection).values(tenant=tenant, seq=first.seq, hash=first.hash)
        connection.execute(made.on_conflict_do_nothing())
        row = connection.execute(_LOCKED_HEAD, {"tenant": tenant}).one()
    return AuditHead(tenant=tenant, seq=row.seq, hash=row.hash)


def _found(connection: Connection, tenant: str, person: Person) -> tuple[AuditEntry, ...]:
    found: list[AuditEntry] = []
    after = 0
    while True:
        asked = select(*_ENTRY).where(audit.c.tenant == tenant, audit.c.seq > after).order_by(audit.c.seq)
        page = [AuditEntry(**row) for row in connection.execute(asked.limit(_PAGE)).mappings()]
        if not page:
            return tuple(found)
        found += naming(page, person)
        after = page[-1].seq
