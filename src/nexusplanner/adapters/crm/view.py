# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""The SQL of ``customer_summary``: one row a customer, with quintiles by explicit cut points.

The same text builds the table that counts come from and the view that is published, so both give
the same sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Edges = tuple[Decimal, ...]
"""Four ascending cut points; empty where nothing was measured."""

VIEW = "customer_summary"

VIEW_COLUMNS = (
    "customer_id",
    "recency_days",
    "frequency",
    "monetary",
    "first_order",
    "last_order",
    "r",
    "f",
    "m",
    "consent_email",
    "consent_sms",
    "email_known",
    "phone_known",
    "country",
    "language",
    "segment",
    "orders_last_year",
    "revenue_last_year",
)

UNMEASURED = 3
"""The middle quintile: what everyone gets on a scale that the source says nothing of."""

PEOPLE_COLUMNS: dict[str, str] = {
    "consent_email": "BOOLEAN",
    "consent_sms": "BOOLEAN",
    "email_known": "BOOLEAN",
    "phone_known": "BOOLEAN",
    "country": "VARCHAR",
    "language": "VARCHAR",
    "segment": "VARCHAR",
}
"""What is known of a customer beside orders."""

MEASURES: dict[str, str] = {
    "orders": "BIGINT",
    "lifetime_value": "DECIMAL(18,4)",
    "last_order": "DATE",
}
"""What stands in for orders where there are none."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Cut points between the quintiles of recency (days), frequency (orders) and money."""

    recency: Edges = ()
    frequency: Edges = ()
    money: Edges = ()


def customers_sql(*, orders: str, people: str, as_of: date) -> str:
    """Write the SELECT of one row a customer, without quintiles.

    Args:
        orders: SELECT of ``customer_id, order_date, amount``, valid rows only; empty where the source
            has no orders.
        people: SELECT of ``customer_id``, :data:`PEOPLE_COLUMNS` and :data:`MEASURES`, one row a
            customer; empty where the source has orders alone.
        as_of: The day recency counts from.
    """
    day = f"DATE '{as_of.isoformat()}'"
    no_one = ", ".join(
        f"CAST({'false' if name.startswith('consent') else 'NULL'} AS {kind}) AS {name}"
        for name, kind in PEOPLE_COLUMNS.items()
    )
    if not orders:
        return f"""
SELECT customer_id, date_diff('day', last_order, {day}) AS recency_days, coalesce(orders, 0) AS frequency,
  coalesce(lifetime_value, 0) AS monetary, CAST(NULL AS DATE) AS first_order, last_order,
  consent_email, consent_sms, email_known, phone_known, country, language, segment,
  0 AS orders_last_year, CAST(0 AS DECIMAL(18,4)) AS revenue_last_year
FROM ({people}) AS people"""
    bought = f"""
SELECT customer_id, count(*) AS frequency, sum(amount) AS monetary,
  min(order_date) AS first_order, max(order_date) AS last_order,
  count(*) FILTER (WHERE order_date > {day} - 365) AS orders_last_year,
  coalesce(sum(amount) FILTER (WHERE order_date > {day} - 365), 0) AS revenue_last_year
FROM ({orders}) AS orders GROUP BY customer_id"""
    if not people:
        return f"""
SELECT *, date_diff('day', last_order, {day}) AS recency_days, {no_one}
FROM ({bought}) AS bought"""
    return f"""
SELECT customer_id, date_diff('day', bought.last_order, {day}) AS recency_days,
  coalesce(frequency, 0) AS frequency, coalesce(monetary, 0) AS monetary, first_order, bought.last_order,
  coalesce(consent_email, false) AS consent_email, coalesce(consent_sms, false) AS consent_sms,
  email_known, phone_known, country, language, segment,
  coalesce(orders_last_year, 0) AS orders_last_year, coalesce(revenue_last_year, 0) AS revenue_last_year
FROM ({bought}) AS bought FULL JOIN ({people}) AS people USING (customer_id)"""


def scored_sql(customers: str, cuts: Cuts) -> str:
    """Write the SELECT behind ``customer_summary``: every customer with quintiles r, f and m.

    A value's quintile is 1 plus the number of cut points below it (for recency 5 minus that
    number), so equal values share a quintile. Who never ordered gets 1, 1, 1.
    """
    r = _score("recency_days", cuts.recency, is_best_low=True)
    f = _score("frequency", cuts.frequency)
    m = _score("monetary", cuts.money)
    chosen = ", ".join({"r": f"{r} AS r", "f": f"{f} AS f", "m": f"{m} AS m"}.get(name, name) for name in VIEW_COLUMNS)
    return f"SELECT {chosen}\nFROM ({customers}\n) AS customers"


def edges_sql(column: str, table: str, *, where: str) -> str:
    """Write the SELECT of four cut points of a column.

    They are the order statistics at 20, 40, 60 and 80 %; one that falls on the largest value steps
    down to the next smaller one, so that the largest value is always beyond all cut points where
    there are two values or more.
    """
    return f"""
SELECT list_transform(low, lambda e: CASE WHEN e = high THEN coalesce(below, e) ELSE e END)
FROM (SELECT quantile_disc({column}, [0.2, 0.4, 0.6, 0.8]) AS low, max({column}) AS high,
        (SELECT max({column}) FROM {table} WHERE {where} AND {column} < (
          SELECT max({column}) FROM {table} WHERE {where})) AS below
      FROM {table} WHERE {where})"""


def _score(column: str, edges: Edges, *, is_best_low: bool = False) -> str:
    if not edges:
        return str(UNMEASURED)
    above = " + ".join(f"CAST({column} > {format(edge, 'f')} AS INTEGER)" for edge in edges)
    quintile = f"5 - ({above})" if is_best_low else f"1 + {above}"
    return f"CASE WHEN {column} IS NULL THEN 1 ELSE {quintile} END"
