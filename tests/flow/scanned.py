"""Looking for a secret wherever a run leaves anything: files, databases and what is packed in them."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path


def leaks(folder: Path, secrets: tuple[str, ...]) -> list[str]:
    """Name the files and cells below a folder in which one of the secrets stands, as it is or deflated."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        places = [(file.name, file.read_bytes()), *_cells(file)]
        found += [f"{place}: {s}" for place, raw in places for s in secrets if s.encode() in _plain(raw)]
    return found


def _cells(file: Path) -> Iterator[tuple[str, bytes]]:
    if ".sqlite" not in file.name or not file.read_bytes().startswith(b"SQLite format 3"):
        return
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            with suppress(sqlite3.Error):  # a table of an extension that is not loaded
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    yield from ((f"{file.name}: {table}", _bytes(cell)) for cell in row)


def _bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _plain(raw: bytes) -> bytes:
    for bits in (15, -15, 31):
        with suppress(zlib.error):
            return raw + zlib.decompressobj(bits).decompress(raw)
    return raw
