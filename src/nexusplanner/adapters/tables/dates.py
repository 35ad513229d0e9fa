# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Find out how a column writes its dates, and the SQL that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.adapters.tables.connection import literal
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    import duckdb

FIRST_DATE, LAST_DATE = "1970-01-01", "2100-12-31"
"""Dates outside of these are none: they are slips and sentinels."""

_SAMPLE_ROWS = 2_000
_FORMATS: dict[str, tuple[str, ...]] = {
    "%Y%m%d": ("%Y%m%d",),
    "%d.%m.%Y": ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"),
    "%m/%d/%Y": ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
    "%d/%m/%Y": ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
    "%m-%d-%Y": ("%m-%d-%Y",),
    "%d-%m-%Y": ("%d-%m-%Y",),
}
_TWINS = {"%m/%d/%Y": "%d/%m/%Y", "%m-%d-%Y": "%d-%m-%Y"}
"""Formats that differ in the order of day and month alone; the first of a pair wins a draw."""


def text_sql(column: Column) -> str:
    """Write the SQL that reads a column as trimmed text, NULL where blank."""
    raw = column.sql if column.type == "VARCHAR" else f"CAST({column.sql} AS VARCHAR)"
    return f"nullif(trim({raw}), '')"


def date_sql(
    con: duckdb.DuckDBPyConnection,
    table: TableFile,
    column: Column,
    *,
    date_format: str = "",
) -> str:
    """Write the SQL that reads a column as DATE, NULL where it is none.

    ISO dates and times, ``yyyymmdd``, and day/month/year in either order are known. The order is
    taken from the first rows of the file.

    Args:
        con: Where the sample is read.
        table: The file.
        column: Its date column.
        date_format: A ``strptime`` format that overrules the sample.

    Raises:
        InputError: Day and month could stand in either order.
    """
    if date_format:
        return _bounded(_parsed(column, (date_format,)))
    if column.type == "DATE" or column.type.startswith("TIMESTAMP"):
        return _bounded(f"TRY_CAST({column.sql} AS DATE)")
    readers = {"": f"TRY_CAST({text_sql(column)} AS DATE)"}
    readers |= {name: _parsed(column, formats) for name, formats in _FORMATS.items()}
    read = _counts(con, table, column, readers)
    best = max(readers, key=lambda name: read[name])
    twin = _TWINS.get(best)
    if twin is not None and read[best] == read[twin]:
        raise InputError(
            "the dates could be day-month or month-day",
            source=table.name,
            field=column.name,
            fix=f"Add ?date_format={twin} or ?date_format={best}.",
        )
    return _bounded(readers[best])


def _counts(
    con: duckdb.DuckDBPyConnection, table: TableFile, column: Column, readers: dict[str, str]
) -> dict[str, int]:
    """Count how many different texts of the first rows each reader can read."""
    counts = ", ".join(f"count({sql})" for sql in readers.values())
    rows = f"SELECT {column.sql} FROM {table.relation()} LIMIT {_SAMPLE_ROWS}"
    sample = f"SELECT DISTINCT {column.sql} FROM ({rows})"
    row = con.execute(f"SELECT {counts} FROM ({sample})").fetchone() or ()
    return dict(zip(readers, row, strict=True))


def _parsed(column: Column, formats: tuple[str, ...]) -> str:
    listed = ", ".join(literal(f) for f in formats)
    return f"CAST(TRY_STRPTIME({text_sql(column)}, [{listed}]) AS DATE)"


def _bounded(sql: str) -> str:
    return f"CASE WHEN {sql} BETWEEN DATE '{FIRST_DATE}' AND DATE '{LAST_DATE}' THEN {sql} END"
