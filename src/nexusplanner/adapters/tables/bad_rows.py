# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Count the rows that are left out, and say where the first of them stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexusplanner.adapters.tables.files import MAX_REJECTS, TableFile
from nexusplanner.domain.quality import BadRow, DataQuality
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    import duckdb

MAX_EXAMPLES = 20

_REASONS = {
    "MISSING COLUMNS": "too few columns",
    "TOO MANY COLUMNS": "too many columns",
    "UNQUOTED VALUE": "a quote is not closed",
    "INVALID ENCODING": "not in the encoding of the file",
    "LINE SIZE OVER MAXIMUM": "the line is too long",
}


@dataclass(frozen=True, slots=True)
class Rejects:
    """Malformed rows: record number (the header being 1) -> reason, ascending."""

    reasons: dict[int, str]

    @classmethod
    def taken(cls, con: duckdb.DuckDBPyConnection, prefix: str) -> Rejects:
        """Read the malformed rows that a scan kept under a prefix, and drop its tables."""
        rows = con.execute(
            f"SELECT line, min(CAST(error_type AS VARCHAR)) FROM {prefix}_errors GROUP BY line ORDER BY line"
        ).fetchall()
        con.execute(f"DROP TABLE {prefix}_errors")
        con.execute(f"DROP TABLE {prefix}_scans")
        return cls({int(line): _REASONS.get(str(kind), str(kind).lower()) for line, kind in rows})


@dataclass(frozen=True, slots=True)
class BadValues:
    """Well-formed rows with a value that cannot be: how many, and the first of them.

    ``examples`` are pairs of the row's number among the well-formed ones (from 1) and the reason.
    """

    count: int
    examples: tuple[tuple[int, str], ...] = ()


def quality_of(table: TableFile, *, well_formed: int, rejects: Rejects, values: BadValues) -> DataQuality:
    """Say how many rows there were and where the first bad ones stand, in the order of the file."""
    examples = [
        BadRow(source=table.name, line=line, reason=reason) for line, reason in _located(table, rejects, values)
    ]
    return DataQuality(
        source=table.name,
        rows=well_formed + len(rejects.reasons),
        bad=values.count + len(rejects.reasons),
        examples=tuple(examples),
    )


def refuse_if_too_bad(quality: DataQuality, *, max_bad_share: float) -> None:
    """Stop where too many rows are bad, or none is there at all.

    Raises:
        InputError: The share of bad rows is above ``max_bad_share``; names the first bad line.
    """
    if quality.rows == 0:
        raise InputError(
            "there are no rows",
            source=quality.source,
            fix="Hand in a table with rows below its header.",
        )
    if quality.bad_share <= max_bad_share and quality.bad < quality.rows and quality.bad < MAX_REJECTS:
        return
    first = quality.examples[0]
    raise InputError(
        f"{quality.bad:,} of {quality.rows:,} rows are bad, the first in line {first.line}: {first.reason}",
        source=quality.source,
        fix=f"Mend them, or name the right columns; up to {max_bad_share:.0%} may be bad (max_bad_share).",
    )


def _located(table: TableFile, rejects: Rejects, values: BadValues) -> list[tuple[int, str]]:
    """Return line and reason of the first bad rows."""
    wanted = dict(values.examples)
    if table.format == "parquet":
        # No header stands in the file; the same table saved as CSV would have these lines.
        return [(ordinal + 1, reason) for ordinal, reason in sorted(wanted.items())[:MAX_EXAMPLES]]
    found: list[tuple[int, str]] = []
    ordinal, most = 0, min(MAX_EXAMPLES, len(wanted) + len(rejects.reasons))
    for record, line, is_blank in _records(table) if most else ():
        reason = rejects.reasons.get(record)
        if reason is None and record > 1 and not is_blank:
            ordinal += 1
            reason = wanted.get(ordinal)
        if reason is not None:
            found.append((line, reason))
            if len(found) == most:
                break
    return found


def _records(table: TableFile) -> Iterator[tuple[int, int, bool]]:
    """Walk the records of a CSV file: number from 1, the line it starts on, whether it is blank.

    A record goes on to the next line while a quote is open.
    """
    # Quotes and line ends are ASCII: one byte a character finds them in any superset of it, and fast.
    encoding = "utf-16" if table.encoding == "utf-16" else "latin-1"
    record, start, is_open = 0, 1, False
    with table.path.open(encoding=encoding, errors="replace") as file:
        for number, text in enumerate(file, start=1):
            if not is_open:
                record, start = record + 1, number
            is_open ^= text.count('"') % 2 == 1
            if not is_open:
                yield record, start, text == "\n"
    if is_open:
        yield record, start, False
