# ruff: noqa: S608 - names and values in the SQL are ours
"""Sum the purchases of customers into few groups, inside the database.

Groups are as fine as a plan has room for. Times are cut at even steps of their square roots: what
a week means for the chance to buy again fades with the time since.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.view import VIEW
from nexusplanner.domain.purchases import PurchaseCells, SpendCells

if TYPE_CHECKING:
    import duckdb

MOST_PURCHASE_CELLS, MOST_RULE_CELLS, MOST_SPEND_CELLS = 600, 150, 200
_REPEATS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 50, 80, 130)
_TIMES = (32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
_SPENDS = (8, 6, 4, 3, 2, 1)

_BOUGHT = """
SELECT r, f, purchase_days - 1 AS x, date_diff('day', first_order, last_order) AS active,
  date_diff('day', first_order, last_order) + recency_days AS watched, monetary - first_spend AS spent
FROM {table} WHERE purchase_days > 0"""


def purchase_cells(con: duckdb.DuckDBPyConnection, table: str = VIEW, *, most: int) -> PurchaseCells:
    """Sum the purchases of a table of customers into at most ``most`` groups, or the fewest there can be."""
    bought = _BOUGHT.format(table=table)
    repeats = _above("x", _REPEATS)
    rows: Sequence[tuple[object, ...]] = ()
    for steps in _TIMES:
        rows = con.execute(
            f"""WITH bought AS ({bought}), ends AS (
                  SELECT sqrt(min(watched)) AS low, sqrt(max(watched)) AS high, sqrt(max(watched - active)) AS gap
                  FROM bought)
                SELECT r, f, count(*), CAST(sum(x) AS BIGINT), CAST(sum(active) AS BIGINT),
                  CAST(sum(watched) AS BIGINT), CAST(sum(spent) AS DOUBLE)
                FROM bought, ends
                GROUP BY r, f, {repeats},
                  CAST(floor({steps} * (sqrt(watched) - low) / greatest(high - low, 1)) AS INTEGER),
                  CASE WHEN x = 0 THEN -1
                    ELSE CAST(floor({steps} * sqrt(watched - active) / greatest(gap, 1)) AS INTEGER) END
                ORDER BY ALL"""
        ).fetchall()
        if len(rows) <= most:
            break
    r, f, size, again, active, watched, spent = _columns(rows, 7)
    return PurchaseCells.model_validate(
        {
            "r": r, "f": f, "size": size, "repeats": again, "active_days": active, "watched_days": watched,
            "spent": spent,
        }
    )  # fmt: skip


def spend_cells(con: duckdb.DuckDBPyConnection, table: str = VIEW, *, most: int) -> SpendCells:
    """Sum up the mean spends of customers who bought again into at most ``most`` groups."""
    rows: Sequence[tuple[object, ...]] = ()
    for steps in _SPENDS:
        rows = con.execute(
            f"""WITH bought AS ({_BOUGHT.format(table=table)})
                SELECT count(*), CAST(sum(x) AS BIGINT), CAST(sum(spent) AS DOUBLE)
                FROM bought WHERE x > 0 AND spent > 0
                GROUP BY {_above("x", _REPEATS)}, CAST(floor({steps} * log2(CAST(spent AS DOUBLE) / x)) AS INTEGER)
                ORDER BY ALL"""
        ).fetchall()
        if len(rows) <= most:
            break
    size, again, spent = _columns(rows, 3)
    return SpendCells.model_validate({"size": size, "repeats": again, "spent": spent})


def _above(column: str, edges: Sequence[int]) -> str:
    return " + ".join(f"CAST({column} > {edge} AS INTEGER)" for edge in edges)


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[tuple[object, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * count
