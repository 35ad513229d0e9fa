"""The journal in PostgreSQL, in the transactions of the books there."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import RowMapping, delete, func, select

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.tables.books import calls
from nexusplanner.persistence.tables.journal import journal
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.journal import Entry, Kept
from nexusplanner.ports.ledger import Paid

_KEY = ("tenant", "run", "scope", "call", "idx")


class PostgresJournal:
    """Keeps entries beside the books; within a transaction of the books an entry is a part of it.

    Args:
        database: The books' own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, entry: Entry, *, day: date) -> None:
        """Keep an entry, in the transaction of the books where one is open."""
        row = _row(entry) | {"day": day.isoformat()}
        with self._database.begin() as connection:
            asked = insert_into(journal, connection)
            told = {name: asked.excluded[name] for name in row if name not in _KEY}
            connection.execute(asked.on_conflict_do_update(index_elements=_KEY, set_=told), row)

    def read(self, run: str, *, tenant: str) -> Kept:
        """Return what a run was told."""
        order = (journal.c.scope, journal.c.call, journal.c.idx)
        asked = select(journal).where(journal.c.tenant == tenant, journal.c.run == run).order_by(*order)
        mine = (calls.c.tenant == tenant, calls.c.run == run, calls.c.outcome == "unknown")
        unknown = select(func.count()).select_from(calls).where(*mine, calls.c.agent.not_like("tool:%"))
        with self._database.read() as connection:
            entries = tuple(_entry(found) for found in connection.execute(asked).mappings())
            return Kept(entries, int(connection.execute(unknown).scalar_one()))

    def forget(self, run: str, *, tenant: str) -> None:
        """Let go of a run's entries."""
        with self._database.begin() as connection:
            connection.execute(delete(journal).where(journal.c.tenant == tenant, journal.c.run == run))

    def prune(self, *, before: date) -> int:
        """Let go of what was told before a day."""
        with self._database.begin() as connection:
            return int(connection.execute(delete(journal).where(journal.c.day < before.isoformat())).rowcount)


def _row(entry: Entry) -> dict[str, Any]:
    paid = entry.paid
    return {
        "tenant": entry.tenant,
        "run": entry.run,
        "scope": entry.scope,
        "call": entry.call,
        "idx": entry.index,
        "kind": entry.kind,
        "sha256": entry.sha256,
        "rung": entry.rung,
        "body": entry.text,
        "amount": paid.amount,
        "tokens_in": paid.tokens_in,
        "tokens_out": paid.tokens_out,
        "saved": paid.saved,
        "outcome": paid.outcome,
    }


def _entry(row: RowMapping) -> Entry:
    paid = Paid(row["amount"], row["tokens_in"], row["tokens_out"], row["outcome"], row["saved"])
    place = (row["tenant"], row["run"], row["scope"], row["call"], row["idx"])
    return Entry(*place, row["kind"], row["sha256"], row["rung"], row["body"], paid)
