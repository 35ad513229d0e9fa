# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Transactions and customers files as SQL: which column is what, and which rows count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.fields import (
    ORDER_FIELDS,
    ORDER_NEEDS,
    PEOPLE_FIELDS,
    PEOPLE_NEEDS,
)
from nexusplanner.adapters.tables.columns import find_columns, require
from nexusplanner.adapters.tables.dates import date_sql, text_sql
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.adapters.tables.rows import RowSource, shown_sql

if TYPE_CHECKING:
    import duckdb

MAX_ORDER = 10**12
"""No single order is worth this much, in any currency; such amounts are slips."""

_YES = (
    "('1', 'true', 't', 'yes', 'y', 'x', 'on', 'subscribed', 'opted_in', 'opted in', 'opt-in', 'granted', "
    "'ja', 'oui', 'si')"
)


def orders_source(
    con: duckdb.DuckDBPyConnection,
    table: TableFile,
    *,
    columns: Mapping[str, str],
    date_format: str,
) -> RowSource:
    """Say how a transactions file reads.

    A row is an order. It is bad without a customer, with a date that is none, or with an amount that
    is not a number from 0 up to :data:`MAX_ORDER`.

    Raises:
        InputError: A needed column is missing.
    """
    found = find_columns(table, ORDER_FIELDS, given=columns)
    require(table, found, ORDER_NEEDS, synonyms=ORDER_FIELDS)
    sql = {
        "customer_id": text_sql(found["customer_id"]),
        "order_date": date_sql(con, table, found["date"], date_format=date_format),
        "amount": _decimal(found["amount"]),
    }
    reason = f"""CASE
      WHEN {sql["customer_id"]} IS NULL THEN 'no customer id'
      WHEN {sql["order_date"]} IS NULL THEN 'not a date: ' || {shown_sql(found["date"])}
      WHEN {sql["amount"]} IS NULL THEN 'not an amount: ' || {shown_sql(found["amount"])}
      WHEN {sql["amount"]} < 0 THEN 'a negative amount: ' || {shown_sql(found["amount"])}
      WHEN {sql["amount"]} > {MAX_ORDER} THEN 'an absurd amount: ' || {shown_sql(found["amount"])} END"""
    valid = f"customer_id IS NOT NULL AND order_date IS NOT NULL AND amount BETWEEN 0 AND {MAX_ORDER}"
    if "currency" in found:
        sql["currency"] = f"upper({text_sql(found['currency'])})"
    return RowSource(table, sql, reason, valid, frozenset(found))


def people_source(
    con: duckdb.DuckDBPyConnection,
    table: TableFile,
    *,
    columns: Mapping[str, str],
    date_format: str,
) -> RowSource:
    """Say how a customers file reads; a row is bad without a customer id.

    Raises:
        InputError: The column of customer ids is missing.
    """
    found = find_columns(table, PEOPLE_FIELDS, given=columns)
    require(table, found, PEOPLE_NEEDS, synonyms=PEOPLE_FIELDS)

    def text(field: str) -> str:
        return text_sql(found[field]) if field in found else "CAST(NULL AS VARCHAR)"

    def day(field: str) -> str:
        column = found.get(field)
        return "CAST(NULL AS DATE)" if column is None else date_sql(con, table, column, date_format=date_format)

    def consent(field: str) -> str:
        return f"coalesce(lower({text(field)}) IN {_YES}, false)" if field in found else "false"

    def known(field: str, pattern: str) -> str:
        if field not in found:
            return "CAST(NULL AS BOOLEAN)"
        return f"coalesce(regexp_matches({text(field)}, '{pattern}'), false)"

    def number(field: str, kind: str) -> str:
        column = found.get(field)
        return f"CAST(NULL AS {kind})" if column is None else f"TRY_CAST(greatest({_decimal(column)}, 0) AS {kind})"

    country = text("country")
    sql = {
        "customer_id": text("customer_id"),
        "consent_email": consent("consent_email"),
        "consent_sms": consent("consent_sms"),
        "email_known": known("email", "@"),
        "phone_known": known("phone", "[0-9]"),
        "country": f"CASE WHEN length({country}) = 2 THEN upper({country}) ELSE {country} END",
        "language": f"lower({text('language')})",
        "segment": text("segment"),
        "orders": number("orders", "BIGINT"),
        "lifetime_value": number("lifetime_value", "DECIMAL(18,4)"),
        "last_order": day("last_order"),
        "created_at": day("created_at"),
    }
    reason = f"CASE WHEN {sql['customer_id']} IS NULL THEN 'no customer id' END"
    return RowSource(table, sql, reason, "customer_id IS NOT NULL", frozenset(found))


def people_sql(rows: str) -> str:
    """Write the SELECT of one row a customer over the good rows of a file.

    Where a customer stands twice, the stricter consent holds, and of other values the greatest, so
    that the order of the rows does not matter.
    """
    return f"""
SELECT customer_id, bool_and(consent_email) AS consent_email, bool_and(consent_sms) AS consent_sms,
  bool_or(email_known) AS email_known, bool_or(phone_known) AS phone_known, max(country) AS country,
  max(language) AS language, max(segment) AS segment, max(orders) AS orders,
  max(lifetime_value) AS lifetime_value, max(last_order) AS last_order
FROM ({rows}) AS people_rows GROUP BY customer_id"""


def orders_sql(rows: str, *, as_of: date) -> str:
    """Write the SELECT of the orders that count over the good rows of a file."""
    return f"""
SELECT customer_id, order_date, amount FROM ({rows}) AS order_rows
WHERE order_date <= DATE '{as_of.isoformat()}'"""


def _decimal(column: Column) -> str:
    # Decimals add up to the same sum in any order, so that parallel scans give the same bytes.
    return f"TRY_CAST({column.sql} AS DECIMAL(18,4))"
