# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Build ``customer_summary`` in a database and read the summary off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.purchases import (
    MOST_PURCHASE_CELLS,
    MOST_SPEND_CELLS,
    keep_history,
    purchase_cells,
    spend_cells,
    split_finely,
)
from nexusplanner.adapters.crm.view import (
    VIEW,
    Cuts,
    Edges,
    customers_sql,
    edges_sql,
    scored_sql,
)
from nexusplanner.domain.customers import CustomerCell, CustomerSummary
from nexusplanner.domain.quality import DataQuality

if TYPE_CHECKING:
    import duckdb

_MOST_LABELS = 200
_MONTHS = 24

_CELLS = """
SELECT r, f, m, count(*),
  count(*) FILTER (WHERE consent_email AND email_known IS DISTINCT FROM false),
  count(*) FILTER (WHERE consent_sms AND phone_known IS DISTINCT FROM false),
  CAST(sum(frequency) AS BIGINT), CAST(sum(monetary) AS DOUBLE),
  CAST(sum(recency_days) AS BIGINT), count(recency_days),
  CAST(sum(orders_last_year) AS BIGINT), CAST(sum(revenue_last_year) AS DOUBLE)
FROM {table} GROUP BY r, f, m ORDER BY r, f, m"""


@dataclass(frozen=True, slots=True)
class Base:
    """A customer base in a database, ready to be summarised.

    Attributes:
        source: Name of the source, without folders.
        as_of: The last day of the data.
        orders: SELECT of the orders that count, empty where there are none.
        people: SELECT of one row a customer, empty where there are orders alone.
        published: ``(orders, people)`` once more, over what anyone can read.
        measured: What the source measures: any of ``recency``, ``frequency``, ``money``.
        has_consent: Whether it records consent.
        currency: Currency of the amounts, where known.
        quality: What was wrong with the rows.
    """

    source: str
    as_of: date
    orders: str
    people: str
    published: tuple[str, str]
    measured: frozenset[str]
    has_consent: bool
    currency: str | None
    quality: tuple[DataQuality, ...] = ()


def summarise(con: duckdb.DuckDBPyConnection, base: Base) -> CustomerSummary:
    """Build the table ``customer_summary`` and summarise it.

    Afterwards the database needs neither ``base.orders`` nor ``base.people`` any more.
    """
    customers = customers_sql(orders=base.orders, people=base.people, as_of=base.as_of)
    con.execute(f"CREATE TEMP TABLE customers AS {customers}")
    cuts = _cuts(con, base)
    con.execute(f"CREATE TABLE {VIEW} AS {scored_sql('SELECT * FROM customers', cuts)}")
    con.execute("DROP TABLE customers")
    keep_history(con, base.orders)
    monthly = _monthly_revenue(con, base) if base.orders else {}
    orders, people = base.published
    published = scored_sql(customers_sql(orders=orders, people=people, as_of=base.as_of), cuts)
    total = con.execute(
        f"""SELECT count(*), CAST(coalesce(sum(frequency), 0) AS BIGINT), CAST(coalesce(sum(monetary), 0) AS DOUBLE),
                   min(coalesce(first_order, last_order)), max(last_order), count(*) FILTER (WHERE frequency > 0)
            FROM {VIEW}"""
    ).fetchone() or (0, 0, 0.0, None, None, 0)
    first_order = total[3] or base.as_of
    split_finely(con)
    return CustomerSummary(
        source=base.source,
        as_of=base.as_of,
        customers=total[0],
        orders=total[1],
        revenue=total[2],
        first_order=first_order,
        last_order=total[4] or base.as_of,
        currency=base.currency,
        has_consent=base.has_consent,
        has_orders=bool(base.orders),
        recency_edges=_floats(cuts.recency),
        frequency_edges=_floats(cuts.frequency),
        money_edges=_floats(cuts.money),
        cells=customer_cells(con, unknown_recency=float((base.as_of - first_order).days)),
        countries=_sizes(con, "country"),
        languages=_sizes(con, "language"),
        segments=_sizes(con, "segment"),
        monthly_revenue=monthly,
        view_sql=f"CREATE OR REPLACE VIEW {VIEW} AS\n{published};\n",
        quality=base.quality,
        purchases=purchase_cells(con, buyers=total[5], most=MOST_PURCHASE_CELLS),
        spends=spend_cells(con, most=MOST_SPEND_CELLS),
    )


def _cuts(con: duckdb.DuckDBPyConnection, base: Base) -> Cuts:
    # Who never ordered is no part of the scale; else one long list of prospects would flatten it.
    where = "frequency > 0" if base.orders else "true"

    def edges(column: str, name: str) -> Edges:
        if name not in base.measured:
            return ()
        known = f"{where} AND {column} IS NOT NULL"
        row = con.execute(edges_sql(column, "customers", where=known)).fetchone()
        return tuple(Decimal(edge) for edge in row[0]) if row and row[0] else ()

    return Cuts(
        recency=edges("recency_days", "recency"),
        frequency=edges("frequency", "frequency"),
        money=edges("monetary", "money"),
    )


def customer_cells(
    con: duckdb.DuckDBPyConnection, table: str = VIEW, *, unknown_recency: float
) -> tuple[CustomerCell, ...]:
    """Sum up a table of customers by quintiles.

    Args:
        con: The database.
        table: ``customer_summary``, or customers of it with the same columns.
        unknown_recency: Days since the last order where nobody in a cell ordered.
    """
    return tuple(
        CustomerCell(
            r=row[0],
            f=row[1],
            m=row[2],
            size=row[3],
            contactable_email=row[4],
            contactable_sms=row[5],
            orders=row[6],
            revenue=row[7],
            recency_days=row[8] / row[9] if row[9] else unknown_recency,
            orders_last_year=row[10],
            revenue_last_year=row[11],
        )
        for row in con.execute(_CELLS.format(table=table)).fetchall()
    )


def _sizes(con: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    rows = con.execute(
        f"""SELECT {column}, count(*) AS size FROM {VIEW} WHERE {column} IS NOT NULL
            GROUP BY {column} ORDER BY size DESC, {column} LIMIT {_MOST_LABELS}"""
    ).fetchall()
    return {str(label): int(size) for label, size in rows}


def _monthly_revenue(con: duckdb.DuckDBPyConnection, base: Base) -> dict[str, float]:
    rows = con.execute(
        f"""SELECT year(order_date) * 12 + month(order_date) - 1 AS n, CAST(sum(amount) AS DOUBLE)
            FROM ({base.orders}) AS orders GROUP BY n ORDER BY n"""
    ).fetchall()
    if not rows:
        return {}
    last = base.as_of.year * 12 + base.as_of.month - 1
    known = {int(n): float(revenue) for n, revenue in rows}
    months = range(max(last - _MONTHS + 1, min(known)), last + 1)
    return {f"{n // 12:04d}-{n % 12 + 1:02d}": known.get(n, 0.0) for n in months}


def _floats(edges: Edges) -> tuple[float, ...]:
    return tuple(float(edge) for edge in edges) or (0.0,) * 4
