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
        valid: SQL condition over ``columns``: true where ``reason`` is NULL.
        fields: The fields that were found in the file.
    """

    table: TableFile
    columns: dict[str, str]
    reason: str
    valid: str
    fields: frozenset[str]

    def rows(self, *, rejects: str = "") -> str:
        """Write the SELECT of all well-formed rows with their ``reason``, good and bad."""
        return f"{self._select()}, {self.reason} AS reason FROM {self.table.relation(rejects=rejects)}"

    def good_rows(self, location: str) -> str:
        """Write the SELECT of the good rows of the file at another place.

        The condition looks at every column: a column that a query has no use for would not be read
        otherwise, and a row with broken text in it would count here and not there.
        """
        seen = f"hash({', '.join(self.columns)}) IS NOT NULL"
        rows = f"{self._select()} FROM {self.table.relation(location)}"
        return f"SELECT * FROM ({rows}) AS file_rows WHERE {self.valid} AND {seen}"

    def _select(self) -> str:
        return f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in self.columns.items())}"


def scan(
    con: duckdb.DuckDBPyConnection,
    source: RowSource,
    name: str,
    *,
    max_bad_share: float,
) -> DataQuality:
    """Read a file into the table ``name``, bad rows with their ``reason``, and judge its rows.

    Raises:
        InputError: The file cannot be read, has no rows, or too many of them are bad.
    """
    table = source.table
    is_csv = table.format == "csv"
    with reading(table.name):
        rows = source.rows(rejects=name if is_csv else "")
        con.execute(f"CREATE TABLE {name} AS {rows}")
        rejects = Rejects.taken(con, name) if is_csv else Rejects({})
        count, bad = con.execute(f"SELECT count(*), count(reason) FROM {name}").fetchone() or (0, 0)
        # Rows keep the order of the file, so that a row's id tells its place in it.
        examples = con.execute(
            f"SELECT rowid + 1, reason FROM {name} WHERE reason IS NOT NULL ORDER BY rowid LIMIT {MAX_EXAMPLES}"
        ).fetchall()
    quality = quality_of(table, well_formed=count, rejects=rejects, values=BadValues(bad, tuple(examples)))
    refuse_if_too_bad(quality, max_bad_share=max_bad_share)
    return quality


def shown_sql(column: Column) -> str:
    """Write the SQL that shows a value in a reason: quoted, on one line and short."""
    return f"coalesce('''' || left(replace(CAST({column.sql} AS VARCHAR), chr(10), ' '), 40) || '''', 'blank')"
