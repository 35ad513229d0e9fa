"""The journal in the ledger's file and in its transactions: a reply and its settlement are on the disk together."""

from __future__ import annotations

import sqlite3
from datetime import date

from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.ports.journal import Entry, Kept
from nexusplanner.ports.ledger import Paid

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
  tenant TEXT NOT NULL, run TEXT NOT NULL, scope TEXT NOT NULL, call TEXT NOT NULL, idx INTEGER NOT NULL,
  kind TEXT NOT NULL, sha256 TEXT NOT NULL, rung TEXT NOT NULL, body TEXT NOT NULL, amount INTEGER NOT NULL,
  tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, saved INTEGER NOT NULL, outcome TEXT NOT NULL,
  day TEXT NOT NULL, PRIMARY KEY (tenant, run, scope, call, idx)
);
CREATE INDEX IF NOT EXISTS journal_by_day ON journal (day);
CREATE INDEX IF NOT EXISTS calls_by_run ON calls (tenant, run);
"""
_WRITE = "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_READ = "SELECT * FROM journal WHERE tenant = ? AND run = ? ORDER BY scope, call, idx"
_UNKNOWN = """
SELECT COUNT(*) FROM calls WHERE tenant = ? AND run = ? AND outcome = 'unknown' AND agent NOT LIKE 'tool:%'
"""


class SqliteJournal:
    """Keeps entries beside the books.

    Args:
        ledger: The books.
    """

    def __init__(self, ledger: SqliteLedger) -> None:
        self._ledger = ledger
        ledger.also_keep(SCHEMA)

    def write(self, entry: Entry, *, day: date) -> None:
        """Keep an entry, in the transaction of the books where one is open."""
        paid = entry.paid
        place = (entry.tenant, entry.run, entry.scope, entry.call, entry.index)
        told = (entry.kind, entry.sha256, entry.rung, entry.text)
        cost = (paid.amount, paid.tokens_in, paid.tokens_out, paid.saved, paid.outcome)
        with self._ledger.writing() as books:
            books.execute(_WRITE, (*place, *told, *cost, day.isoformat()))

    def read(self, run: str, *, tenant: str) -> Kept:
        """Return what a run was told."""
        if not self._ledger.is_there:
            return Kept()
        with self._ledger.reading() as books:
            rows = books.execute(_READ, (tenant, run)).fetchall()
            unknown = books.execute(_UNKNOWN, (tenant, run)).fetchone()[0]
        return Kept(tuple(map(_entry, rows)), int(unknown))

    def forget(self, run: str, *, tenant: str) -> None:
        """Let go of a run's entries."""
        with self._ledger.writing() as books:
            books.execute("DELETE FROM journal WHERE tenant = ? AND run = ?", (tenant, run))

    def prune(self, *, before: date) -> int:
        """Let go of what was told before a day."""
        with self._ledger.writing() as books:
            return books.execute("DELETE FROM journal WHERE day < ?", (before.isoformat(),)).rowcount


def _entry(row: sqlite3.Row) -> Entry:
    paid = Paid(row["amount"], row["tokens_in"], row["tokens_out"], row["outcome"], row["saved"])
    place = (row["tenant"], row["run"], row["scope"], row["call"], row["idx"])
    return Entry(*place, row["kind"], row["sha256"], row["rung"], row["body"], paid)
