# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Read transactions and customers files into a database, once, and say what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.customer_base import Base
from nexusplanner.adapters.crm.fields import ORDER_FIELDS, PEOPLE_FIELDS
from nexusplanner.adapters.crm.sources import (
    orders_source,
    orders_sql,
    people_source,
    people_sql,
)
from nexusplanner.adapters.tables.connection import reading
from nexusplanner.adapters.tables.files import Encoding, TableFile, open_table
from nexusplanner.adapters.tables.rows import RowSource, scan
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    import duckdb

ORDER_ROWS, PEOPLE_ROWS = "order_rows", "people_rows"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files are to be read; see :class:`~nexusplanner.adapters.crm.csv.CsvCRM`."""

    transactions: Path | None
    customers: Path | None
    columns: Mapping[str, str] = field(default_factory=dict)
    max_bad_share: float = 0.05
    currency: str | None = None
    as_of: date | None = None
    date_format: str = ""
    encoding: Encoding = "utf-8"

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files there are, transactions first."""
        return tuple(path for path in (self.transactions, self.customers) if path is not None)


def load(con: duckdb.DuckDBPyConnection, how: Reading) -> Base:
    """Read the files into the tables ``order_rows`` and ``people_rows``.

    Raises:
        InputError: A file cannot be read, a column is missing, or too many rows are bad.
    """
    orders = _orders(con, how) if how.transactions else None
    people = _people(con, how) if how.customers else None
    quality = tuple(
        scan(con, source, name, max_bad_share=how.max_bad_share)
        for source, name in ((orders, ORDER_ROWS), (people, PEOPLE_ROWS))
        if source is not None
    )
    as_of = how.as_of or _last_day(con, orders, people)
    if orders is not None and not _any_order(con, as_of):
        raise InputError(
            "no order stands on or before as_of",
            source=orders.table.name,
            field="as_of",
            value=as_of.isoformat(),
        )
    return Base(
        source=" + ".join(path.name for path in how.paths),
        as_of=as_of,
        orders=orders_sql(_good(ORDER_ROWS), as_of=as_of) if orders else "",
        people=people_sql(_good(PEOPLE_ROWS)) if people else "",
        published=(
            orders_sql(orders.good_rows(orders.table.name), as_of=as_of) if orders else "",
            people_sql(people.good_rows(people.table.name)) if people else "",
        ),
        measured=_measured(orders, people),
        has_consent=people is not None and bool(people.fields & {"consent_email", "consent_sms"}),
        currency=_currency(con, orders, how.currency),
        quality=quality,
    )


def _good(rows: str) -> str:
    return f"SELECT * FROM {rows} WHERE reason IS NULL"


def _orders(con: duckdb.DuckDBPyConnection, how: Reading) -> RowSource:
    table = _opened(how.transactions, how)
    with reading(table.name):
        return orders_source(con, table, columns=_given(how, ORDER_FIELDS), date_format=how.date_format)


def _people(con: duckdb.DuckDBPyConnection, how: Reading) -> RowSource:
    table = _opened(how.customers, how)
    # With two files a column of customer ids may go by two names; the synonyms then find the other.
    columns = _given(how, PEOPLE_FIELDS)
    if how.transactions and columns.get("customer_id", "") not in {c.name for c in table.columns}:
        columns.pop("customer_id", None)
    with reading(table.name):
        return people_source(con, table, columns=columns, date_format=how.date_format)


def _opened(path: Path | None, how: Reading) -> TableFile:
    assert path is not None
    return open_table(path, encoding=how.encoding)


def _given(how: Reading, fields: Mapping[str, object]) -> dict[str, str]:
    return {name: column for name, column in how.columns.items() if name in fields}


def _last_day(con: duckdb.DuckDBPyConnection, orders: RowSource | None, people: RowSource | None) -> date:
    if orders is not None:
        sql = f"SELECT max(order_date) FROM {ORDER_ROWS} WHERE reason IS NULL"
    else:
        sql = f"SELECT max(greatest(last_order, created_at)) FROM {PEOPLE_ROWS} WHERE reason IS NULL"
    row = con.execute(sql).fetchone()
    if row and isinstance(row[0], date):
        return row[0]
    assert people is not None
    # No date stands in the file: it is as old as the file itself.
    return datetime.fromtimestamp(people.table.path.stat().st_mtime, tz=UTC).date()


def _any_order(con: duckdb.DuckDBPyConnection, as_of: date) -> bool:
    return bool(
        con.execute(
            f"SELECT 1 FROM {ORDER_ROWS} WHERE reason IS NULL AND order_date <= DATE '{as_of.isoformat()}' LIMIT 1"
        ).fetchone()
    )


def _measured(orders: RowSource | None, people: RowSource | None) -> frozenset[str]:
    if orders is not None or people is None:
        return frozenset({"recency", "frequency", "money"})
    by_field = {
        "last_order": "recency",
        "orders": "frequency",
        "lifetime_value": "money",
    }
    return frozenset(name for known, name in by_field.items() if known in people.fields)


def _currency(con: duckdb.DuckDBPyConnection, orders: RowSource | None, given: str | None) -> str | None:
    if orders is None or "currency" not in orders.fields:
        return given
    rows = con.execute(
        f"""SELECT DISTINCT currency FROM {ORDER_ROWS} WHERE reason IS NULL AND currency IS NOT NULL
            ORDER BY currency LIMIT 3"""
    ).fetchall()
    codes = [str(row[0]) for row in rows]
    if len(codes) > 1 or (given and codes and codes != [given]):
        raise InputError(
            "amounts in more than one currency cannot be added",
            source=orders.table.name,
            field="currency",
            value=", ".join(dict.fromkeys([*codes, *([given] if given else [])])),
            fix="Hand in the orders of one currency.",
        )
    return codes[0] if codes else given
