"""Open a CSV or Parquet file as a table: what its columns are, and the SQL that reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nexusplanner.adapters.tables.connection import (
    connect,
    identifier,
    literal,
    reading,
)
from nexusplanner.errors import InputError

Encoding = Literal["utf-8", "utf-16", "latin-1"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "latin-1")

MAX_COLUMNS = 2_000
MAX_REJECTS = 200_000
"""So many malformed rows are remembered by their line; with more the file is refused."""

_HEAD_BYTES = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name as written, a unique one for SQL, and its SQL type."""

    name: str
    unique: str
    type: str = "VARCHAR"

    @property
    def sql(self) -> str:
        """The quoted identifier."""
        return identifier(self.unique)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that holds one table."""

    path: Path
    format: Literal["csv", "parquet"]
    columns: tuple[Column, ...]
    delimiter: str = ","
    encoding: Encoding = "utf-8"

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def relation(self, location: str | None = None, *, rejects: str = "") -> str:
        """Write the table function that reads the file; text columns come as VARCHAR.

        Args:
            location: What to read instead of the full path (a bare file name, say).
            rejects: Prefix of the two temporary tables that keep malformed rows; such rows are
                silently skipped where left out.
        """
        place = literal(_unglobbed(location or str(self.path.resolve())))
        if self.format == "parquet":
            return f"read_parquet({place})"
        columns = ", ".join(f"{literal(c.unique)}: 'VARCHAR'" for c in self.columns)
        keep = (
            f"store_rejects = true, rejects_table = '{rejects}_errors', "
            f"rejects_scan = '{rejects}_scans', rejects_limit = {MAX_REJECTS}"
            if rejects
            else "ignore_errors = true"
        )
        encoding = "" if self.encoding == "utf-8" else f", encoding = '{self.encoding}'"
        return (
            f"read_csv({place}, auto_detect = false, header = true, delim = {literal(self.delimiter)}, "
            f"quote = '\"', escape = '\"'{encoding}, {keep}, columns = {{{columns}}})"
        )


def open_table(path: Path, *, encoding: Encoding = "utf-8") -> TableFile:
    """Look at the head of a file and say what table it holds.

    Args:
        path: A CSV (comma, semicolon, tab or bar; header in line 1) or Parquet file.
        encoding: Encoding of a CSV file.

    Raises:
        InputError: There is no such file, it is empty, not a table, or not in that encoding.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        return _open_parquet(path)
    text = _decoded(head, encoding, source=path.name)
    delimiter = _delimiter(text)
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise InputError(f"the first line is not a header: {error}", source=path.name) from error
    if any("\ufffd" in name for name in header):
        raise InputError(
            f"the header is not {encoding}",
            source=path.name,
            fix="Save it as UTF-8, or add ?encoding=latin-1.",
        )
    if not any(name.strip() for name in header):
        raise InputError(
            "the first line is blank",
            source=path.name,
            fix="Put the column names in line 1.",
        )
    if len(header) > MAX_COLUMNS:
        raise InputError(f"more than {MAX_COLUMNS} columns", source=path.name, value=len(header))
    return TableFile(path, "csv", _columns(header), delimiter, encoding)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise InputError(
            "no such file",
            source=str(path),
            fix="Check the path and the folder it starts from.",
        ) from None
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror or error}", source=str(path)) from error
    if not head.strip():
        raise InputError(
            "the file is empty",
            source=path.name,
            fix="Hand in a table with a header and rows.",
        )
    return head


def _decoded(head: bytes, encoding: Encoding, *, source: str) -> str:
    if encoding != "utf-16" and head.startswith(_BOMS):
        raise InputError(
            f"not {encoding}: it starts like UTF-16",
            source=source,
            fix="Save it as UTF-8, or add ?encoding=utf-16.",
        )
    if encoding != "utf-16" and b"\0" in head:
        raise InputError(
            "not a table: it holds binary data",
            source=source,
            fix="Hand in a CSV or Parquet file.",
        )
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    return text.removeprefix("\ufeff")


def _delimiter(text: str) -> str:
    line = next(iter(text.splitlines()), "")
    bare = "".join(part for i, part in enumerate(line.split('"')) if i % 2 == 0)
    return max(_DELIMITERS, key=bare.count)


def _open_parquet(path: Path) -> TableFile:
    with reading(path.name), connect(threads=1) as con:
        place = _unglobbed(str(path.resolve()))
        rows = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [place]).fetchall()
    return TableFile(path, "parquet", tuple(Column(str(r[0]), str(r[0]), str(r[1])) for r in rows))


def _columns(header: Sequence[str]) -> tuple[Column, ...]:
    taken: set[str] = set()
    columns = []
    for i, raw in enumerate(header):
        name = raw.strip()
        unique, n = name or f"column{i}", 0
        # DuckDB tells columns apart without regard to case.
        while unique.casefold() in taken:
            n += 1
            unique = f"{name or f'column{i}'}_{n}"
        taken.add(unique.casefold())
        columns.append(Column(name, unique))
    return tuple(columns)


def _unglobbed(path: str) -> str:
    return "".join(f"[{c}]" if c in "[*?" else c for c in path)
