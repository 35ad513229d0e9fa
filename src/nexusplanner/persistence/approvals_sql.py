"""Decisions in the database: each question has one row, written with its note in the audit log or not at all."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, update

from nexusplanner.domain.approval import Decided
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.approval_rows import KIND, decided_from, kept, note_of, row_of, without
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.tables.approvals import approvals
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.audit import AuditLog
from nexusplanner.ports.personal_data import Amount, Kept

_ORDER = (approvals.c.decided_at, approvals.c.question)


class SqlApprovals:
    """Keeps the decisions of all tenants.

    Args:
        database: Where.
        audit: Where each is noted; in the same database, so that both are one transaction.
    """

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database, self._audit = database, audit

    def record(self, made: Decided, *, tenant: str) -> Decided:
        """Write a decision down; return the one that counts."""
        name = tenant_name(tenant)
        with self._database.begin() as connection:
            row = row_of(made, tenant=name)
            written = insert_into(approvals, connection).values(row).on_conflict_do_nothing()
            if connection.execute(written.returning(approvals.c.question)).first() is not None:
                self._audit.append(note_of(made), tenant=name)
                return made
            return _read(connection, _of(name).where(approvals.c.question == made.question))[0]

    def find(self, question: str, *, tenant: str) -> Decided | None:
        """Return what was decided about a question, or None."""
        found = self._found(_of(tenant_name(tenant)).where(approvals.c.question == question))
        return found[0] if found else None

    def of_run(self, run_id: str, *, tenant: str) -> tuple[Decided, ...]:
        """Return what was decided in a run."""
        asked = _of(tenant_name(tenant)).where(approvals.c.run_id == run_id)
        return tuple(self._found(asked.order_by(approvals.c.asked_at, approvals.c.question)))

    def list(self, *, tenant: str, limit: int = 500, after: str = "") -> tuple[Decided, ...]:
        """Return decisions in the order they were made."""
        name = tenant_name(tenant)
        asked = _of(name).order_by(*_ORDER).limit(limit)
        if after:
            last = select(*_ORDER).where(approvals.c.tenant == name, approvals.c.question == after).subquery()
            at, key = _ORDER
            asked = asked.where(or_(at > last.c.decided_at, and_(at == last.c.decided_at, key > last.c.question)))
        return tuple(self._found(asked))

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant."""
        size = func.length(approvals.c.reason) + func.length(approvals.c.edits) + func.length(approvals.c.decided_by)
        told = select(func.count(), func.coalesce(func.sum(size), 0)).select_from(approvals)
        if not self._database.is_there:
            return ()
        with self._database.read() as connection:
            count, size_there = connection.execute(told.where(approvals.c.tenant == tenant_name(tenant))).one()
        return (Amount(KIND, int(count), int(size_there)),)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield all decisions of a tenant, a page at a time."""
        after = ""
        while page := self.list(tenant=tenant, after=after):
            yield from map(kept, page)
            after = page[-1].question

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of all decisions."""
        name, count = tenant_name(tenant), 0
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            for made in _read(connection, _of(name)):
                if (cut := without(made, person)) is not None:
                    here = (approvals.c.tenant == name) & (approvals.c.question == made.question)
                    connection.execute(update(approvals).where(here).values(row_of(cut, tenant=name)))
                    count += 1
        return count

    def forget(self, *, tenant: str) -> int:
        """Delete a tenant's decisions."""
        name = tenant_name(tenant)
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            return connection.execute(delete(approvals).where(approvals.c.tenant == name)).rowcount

    def _found(self, asked: Select[tuple[object, ...]]) -> builtins.list[Decided]:
        if not self._database.is_there:
            return []
        with self._database.read() as connection:
            return _read(connection, asked)

    def __repr__(self) -> str:
        return f"<SqlApprovals in {self._database.name}>"


def _of(tenant: str) -> Select[tuple[object, ...]]:
    return select(*approvals.c).where(approvals.c.tenant == tenant)


def _read(connection: Connection, asked: Select[tuple[object, ...]]) -> list[Decided]:
    return [decided_from(dict(row)) for row in connection.execute(asked).mappings()]
