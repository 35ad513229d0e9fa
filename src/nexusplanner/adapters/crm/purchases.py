# ruff: noqa: S608 - names and values in the SQL are ours
"""Sum the purchases of customers into few groups, inside the database.

Groups are as fine as a plan has room for. Times are cut at even steps of their square roots: what
a week means for the chance to buy again fades with the time since. Telling days apart costs more
than all else of a summary, so of very many orders those of a sample of customers are read; a
customer is in it by id alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.view import VIEW
from nexusplanner.domain.purchases import PurchaseCells, SpendCells

if TYPE_CHECKING:
    import duckdb

MOST_PURCHASE_CELLS, MOST_RULE_CELLS, MOST_SPEND_CELLS = 300, 100, 100
_REPEATS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 50, 80, 130)
_FINEST = 48
_COARSER = (1, 2, 3, 4, 6, 8, 12, 16, 24, 48)
_OCTAVE = 8
"""Steps to a doubling of the mean spend."""
_WIDER = (1, 2, 4, 8, 16, 64)

MOST_ORDERS = 250_000
"""Orders beyond which a sample of the customers stands for all."""
_HASHES = 2**64 - 1
_HISTORY, _FINE = "purchase_history", "fine_groups"

_BOUGHT = f"""
SELECT {{bits}} AS bits, r, f, days - 1 AS x, date_diff('day', first_order, last_order) AS active,
  date_diff('day', first_order, last_order) + recency_days AS watched, monetary - first_spend AS spent
FROM {{table}} AS customers JOIN {_HISTORY} USING (place)"""
PLACED = f"(SELECT *, rowid AS place FROM {VIEW})"


def keep_history(con: duckdb.DuckDBPyConnection, orders: str) -> None:
    """Keep on how many days customers ordered, and what they spent on the first of them.

    Args:
        con: A database that holds ``customer_summary``.
        orders: SELECT of the orders that count, empty where there are none.
    """
    if not orders:
        con.execute(
            f"""CREATE TABLE {_HISTORY} AS SELECT CAST(0 AS BIGINT) AS place, CAST(0 AS BIGINT) AS days,
                  CAST(0 AS DECIMAL(18,4)) AS first_spend LIMIT 0"""
        )
        return
    total = con.execute(f"SELECT CAST(sum(frequency) AS BIGINT) FROM {VIEW}").fetchone() or (0,)
    read = min(_HASHES, _HASHES * MOST_ORDERS // int(total[0]))
    con.execute(
        f"""CREATE TABLE {_HISTORY} AS
            SELECT {VIEW}.rowid AS place, days, first_spend
            FROM (
              SELECT customer_id, count(*) AS days, arg_min(spent, order_date) AS first_spend
              FROM (
                SELECT customer_id, order_date, sum(amount) AS spent FROM ({orders}) AS orders
                WHERE hash(customer_id) <= {read} GROUP BY customer_id, order_date
              ) AS days GROUP BY customer_id
            ) AS history JOIN {VIEW} USING (customer_id)"""
    )


def split_finely(con: duckdb.DuckDBPyConnection, table: str = PLACED, *, bits: str = "0") -> None:
    """Sum the purchases of a table of customers into fine groups, for :func:`purchase_cells` to join.

    Args:
        con: A database that holds the history of its customers.
        table: Customers with their ``place`` in ``customer_summary``.
        bits: Column of the table whose values are kept apart.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {_FINE} AS
            WITH bought AS ({_BOUGHT.format(table=table, bits=bits)}), ends AS (
              SELECT sqrt(min(watched)) AS low, sqrt(max(watched)) AS high, sqrt(max(watched - active)) AS gap
              FROM bought)
            SELECT bits, r, f, {_above("x", _REPEATS)} AS often,
              CAST(floor({_FINEST} * (sqrt(watched) - low) / greatest(high - low, 1)) AS INTEGER) AS seen,
              CASE WHEN x = 0 THEN -{_FINEST}
                ELSE CAST(floor({_FINEST} * sqrt(watched - active) / greatest(gap, 1)) AS INTEGER) END AS silent,
              count(*) AS size, sum(x) AS again, sum(active) AS active, sum(watched) AS watched, sum(spent) AS spent
            FROM bought, ends GROUP BY ALL"""
    )


def purchase_cells(con: duckdb.DuckDBPyConnection, *, buyers: int, most: int, where: str = "true") -> PurchaseCells:
    """Join fine groups to at most ``most``, or the fewest there can be.

    Args:
        con: A database whose customers were split finely.
        buyers: How many customers who bought the groups stand for.
        most: How many groups there is room for.
        where: Condition on the ``bits`` of the groups.
    """
    fine = con.execute(f"SELECT count(*) FROM {_FINE} WHERE {where}").fetchone() or (0,)
    rows: Sequence[tuple[object, ...]] = ()
    # A step joins at most its square of groups: those that cannot be enough need not be tried.
    for step in (s for s in _COARSER if int(fine[0]) <= most * s * s or s == _COARSER[-1]):
        rows = con.execute(
            f"""SELECT r, f, CAST(sum(size) AS BIGINT), CAST(sum(again) AS BIGINT), CAST(sum(active) AS BIGINT),
                  CAST(sum(watched) AS BIGINT), CAST(sum(spent) AS DOUBLE)
                FROM {_FINE} WHERE {where} GROUP BY r, f, often, seen // {step}, silent // {step} ORDER BY ALL"""
        ).fetchall()
        if len(rows) <= most:
            break
    r, f, size, again, active, watched, spent = _columns(rows, 7)
    seen = sum(int(str(count)) for count in size)
    return PurchaseCells.model_validate(
        {
            "r": r, "f": f, "size": size, "repeats": again, "active_days": active, "watched_days": watched,
            "spent": spent, "share": seen / buyers if buyers else 1.0,
        }
    )  # fmt: skip


def spend_cells(con: duckdb.DuckDBPyConnection, *, most: int) -> SpendCells:
    """Sum up the mean spends of customers who bought again into at most ``most`` groups.

    Args:
        con: A database that holds the history of its customers.
        most: How many groups there is room for.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {_FINE} AS
            WITH bought AS ({_BOUGHT.format(table=PLACED, bits="0")})
            SELECT {_above("x", _REPEATS)} AS often,
              CAST(floor({_OCTAVE} * log2(CAST(spent AS DOUBLE) / x)) AS INTEGER) AS dear,
              count(*) AS size, sum(x) AS again, sum(spent) AS spent
            FROM bought WHERE x > 0 AND spent > 0 GROUP BY ALL"""
    )
    rows: Sequence[tuple[object, ...]] = ()
    for step in _WIDER:
        rows = con.execute(
            f"""SELECT CAST(sum(size) AS BIGINT), CAST(sum(again) AS BIGINT), CAST(sum(spent) AS DOUBLE)
                FROM {_FINE} GROUP BY often, CAST(floor(dear / {step}) AS INTEGER) ORDER BY ALL"""
        ).fetchall()
        if len(rows) <= most:
            break
    size, again, spent = _columns(rows, 3)
    return SpendCells.model_validate({"size": size, "repeats": again, "spent": spent})


def _above(column: str, edges: Sequence[int]) -> str:
    return " + ".join(f"CAST({column} > {edge} AS INTEGER)" for edge in edges)


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[tuple[object, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * count
