# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Scan a file into a table once: good and bad rows, and what is wrong with the bad ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexusplanner.adapters.tables.bad_rows import (
    MAX_EXAMPLES,
    BadValues,
    Rejects,
    quality_of,
    refuse_if_too_bad,
)
from nexusplanner.adapters.tables.connection import reading
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.domain.quality import DataQuality

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class RowSource:
    """One file as rows: columns of SQL over it, and what makes a row bad.

    Attributes:
        table: The file.
        columns: Name -> SQL expression over the file's own columns.
        reason: SQL expression: why a row is bad, NULL where it is not.
        valid: SQL condition over ``columns``.
        fields: The fields that were found in the file.
    """

    table: TableFile
    columns: dict[str, str]
    reason: str
    valid: str
    fields: frozenset[str]

    def rows(self, location: str | None = None, *, rejects: str = "") -> str:
        """Write the SELECT of all well-formed rows, good and bad."""
        listed = ", ".join(f"{sql} AS {name}" for name, sql in self.columns.items())
        return f"SELECT {listed} FROM {self.table.relation(location, rejects=rejects)}"


def scan(
    con: duckdb.DuckDBPyConnection,
    source: RowSource,
    name: str,
    *,
    max_bad_share: float,
) -> DataQuality:
    """Read a file into the table ``name``, bad values included, and judge its rows.

    Raises:
        InputError: The file cannot be read, has no rows, or too many of them are bad.
    """
    table = source.table
    is_csv = table.format == "csv"
    with reading(table.name):
        con.execute(f"CREATE TABLE {name} AS {source.rows(rejects=name if is_csv else '')}")
        rejects = Rejects.taken(con, name) if is_csv else Rejects({})
        row = con.execute(f"SELECT count(*), count(*) FILTER (WHERE {source.valid}) FROM {name}").fetchone() or (0, 0)
        bad = row[0] - row[1]
        values = BadValues(bad, _examples(con, source) if bad else ())
    quality = quality_of(table, well_formed=row[0], rejects=rejects, values=values)
    refuse_if_too_bad(quality, max_bad_share=max_bad_share)
    return quality


def shown_sql(column: Column) -> str:
    """Write the SQL that shows a value in a reason: quoted, on one line and short."""
    return f"coalesce('''' || left(replace(CAST({column.sql} AS VARCHAR), chr(10), ' '), 40) || '''', 'blank')"


def _examples(con: duckdb.DuckDBPyConnection, source: RowSource) -> tuple[tuple[int, str], ...]:
    rows = con.execute(
        f"""SELECT ordinal, reason FROM (
              SELECT row_number() OVER () AS ordinal, {source.reason} AS reason FROM {source.table.relation()})
            WHERE reason IS NOT NULL ORDER BY ordinal LIMIT {MAX_EXAMPLES}"""
    ).fetchall()
    return tuple((int(ordinal), str(reason)) for ordinal, reason in rows)
