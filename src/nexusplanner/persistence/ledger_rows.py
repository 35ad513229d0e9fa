"""The ledger's tables, and how its rows are read."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

from nexusplanner.ports.ledger import Scope, Spend

SCHEMA = """
CREATE TABLE IF NOT EXISTS scopes (
  key TEXT PRIMARY KEY, spent INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holds (
  id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, expires REAL NOT NULL, amount INTEGER NOT NULL,
  scopes TEXT NOT NULL, tenant TEXT NOT NULL, day TEXT NOT NULL, run TEXT NOT NULL, agent TEXT NOT NULL,
  model TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY, hold INTEGER UNIQUE, tenant TEXT NOT NULL, day TEXT NOT NULL, run TEXT NOT NULL,
  agent TEXT NOT NULL, model TEXT NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,
  amount INTEGER NOT NULL, saved INTEGER NOT NULL, outcome TEXT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS calls_by_day ON calls (day, tenant);
CREATE TABLE IF NOT EXISTS alerts (key TEXT, percent INTEGER, PRIMARY KEY (key, percent)) WITHOUT ROWID;
"""
"""Amounts are micro-dollars. ``calls.scopes`` is kept while a call's fate is unknown, so that it can be corrected."""

_SPEND = """
SELECT tenant, day, model, agent, SUM(outcome != 'cached') AS calls, SUM(outcome = 'cached') AS cached_calls,
  SUM(tokens_in) AS tokens_in, SUM(tokens_out) AS tokens_out, SUM(amount) AS amount, SUM(saved) AS saved
FROM calls WHERE (:tenant IS NULL OR tenant = :tenant) AND (:since IS NULL OR day >= :since)
GROUP BY day, tenant, model, agent ORDER BY day, tenant, model, agent
"""


def scopes_text(scopes: tuple[Scope, ...]) -> str:
    """Write scopes as one text."""
    return json.dumps([[s.ceiling, s.key, s.limit] for s in scopes], ensure_ascii=False, separators=(",", ":"))


def scopes_from(text: str) -> tuple[Scope, ...]:
    """Read scopes back."""
    return tuple(Scope(ceiling, key, limit) for ceiling, key, limit in json.loads(text))


def spend_rows(books: sqlite3.Connection, *, tenant: str | None, since: date | None) -> tuple[Spend, ...]:
    """Sum up the calls by day, tenant, model and agent."""
    asked = {"tenant": tenant, "since": since.isoformat() if since else None}
    return tuple(Spend(**{**dict(row), "day": date.fromisoformat(row["day"])}) for row in books.execute(_SPEND, asked))
