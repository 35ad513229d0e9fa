"""What the books ask of PostgreSQL: one statement for all scopes of a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, case, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from nexusplanner.persistence.tables.books import calls
from nexusplanner.ports.ledger import Scope, Spend

LOCK = text("SELECT pg_advisory_xact_lock(7306911120471319)")
"""One writer of books at a time: all would wait for the day's row anyhow, and in different orders for each other."""
_KEYS, _LIMITS = bindparam("keys", type_=ARRAY(Text)), bindparam("limits", type_=ARRAY(BigInteger))
MAKE_SCOPES = text("INSERT INTO scopes (key) SELECT unnest(:keys) ON CONFLICT DO NOTHING").bindparams(_KEYS)
HOLD = text(
    "WITH asked AS (SELECT * FROM unnest(:keys, :limits) AS a (key, most)) "
    "UPDATE scopes AS s SET held = held + :amount FROM asked "
    "WHERE s.key = asked.key AND (most IS NULL OR spent + held + :amount <= most) AND NOT EXISTS "
    "(SELECT 1 FROM asked AS other JOIN scopes AS o USING (key) WHERE o.spent + o.held + :amount > other.most)"
).bindparams(_KEYS, _LIMITS)
"""All scopes or none."""
MOVE = text("UPDATE scopes SET held = held + :held, spent = spent + :spent WHERE key = ANY(:keys)").bindparams(_KEYS)
NOTE_ALERTS = text(
    "INSERT INTO alerts (key, percent) SELECT * FROM unnest(:keys, :percents) ON CONFLICT DO NOTHING "
    "RETURNING key, percent"
).bindparams(_KEYS, bindparam("percents", type_=ARRAY(BigInteger)))


def keys_and_limits(scopes: tuple[Scope, ...]) -> dict[str, object]:
    """Name scopes as the statements do."""
    return {"keys": [s.key for s in scopes], "limits": [s.limit for s in scopes]}


def spend_by_line(*, tenant: str | None, since: date | None) -> Select[Any]:
    """Sum up the calls by day, tenant, model and agent."""
    line = (calls.c.day, calls.c.tenant, calls.c.model, calls.c.agent)
    is_cached = calls.c.outcome == "cached"
    sums = (func.sum(calls.c[name]).label(name) for name in ("tokens_in", "tokens_out", "amount", "saved"))
    asked = select(
        *line,
        func.sum(case((is_cached, 0), else_=1)).label("calls"),
        func.sum(case((is_cached, 1), else_=0)).label("cached_calls"),
        *sums,
    )
    if tenant is not None:
        asked = asked.where(calls.c.tenant == tenant)
    if since is not None:
        asked = asked.where(calls.c.day >= since.isoformat())
    return asked.group_by(*line).order_by(*line)


def spend_of(row: Mapping[str, Any]) -> Spend:
    """Read one line; PostgreSQL sums whole numbers up to decimal ones."""
    return Spend(
        tenant=row["tenant"],
        day=date.fromisoformat(row["day"]),
        model=row["model"],
        agent=row["agent"],
        calls=int(row["calls"]),
        cached_calls=int(row["cached_calls"]),
        tokens_in=int(row["tokens_in"]),
        tokens_out=int(row["tokens_out"]),
        amount=int(row["amount"]),
        saved=int(row["saved"]),
    )
