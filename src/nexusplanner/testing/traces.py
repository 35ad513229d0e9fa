"""Traces: which files still hold a word, in whatever form a store may have written it."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_PIECE = 256
_MOST_INFLATED = 5_000_000
_SQLITE = b"SQLite format 3\x00"


def files_with(folder: Path, *words: str) -> list[str]:
    """Name the files below a folder that hold any of the words: as they are, in lower case, or deflated.

    All bytes of a file are looked at, whatever they belong to: free pages, write-ahead logs, indexes. Of a SQLite
    file the values are read as well, since long ones are spread over its pages.
    """
    forms = [
        form.encode(encoding).lower() for word in words for form in (word, word.lower()) for encoding in _ENCODINGS
    ]
    return [path.relative_to(folder).as_posix() for path in _files(folder) if _holds(path, forms)]


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _holds(path: Path, forms: list[bytes]) -> bool:
    content = path.read_bytes()
    return any(
        form in part.lower()
        for told in (path.name.encode("utf-8", "replace"), content, *_values(path, content))
        for part in (told, *_inflated(told))
        for form in forms
    )


def _values(path: Path, content: bytes) -> Iterator[bytes]:
    """Yield all texts and blobs of a SQLite file."""
    if not content.startswith(_SQLITE):
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as rows:
        names = rows.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0").fetchall()
        for (name,) in names:
            for row in rows.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - the file's own names
                yield from (v if isinstance(v, bytes) else v.encode("utf-8", "replace") for v in row if _is_told(v))


def _is_told(value: object) -> bool:
    return isinstance(value, str | bytes)


def _inflated(content: bytes) -> Iterator[bytes]:
    """Yield whatever can be inflated, from wherever a deflated text may begin."""
    for start in _DEFLATED.finditer(content):
        reader, told = zlib.decompressobj(), bytearray()
        for at in range(start.start(), len(content), _PIECE):
            try:
                told += reader.decompress(content[at : at + _PIECE])
            except zlib.error:
                break
            if reader.eof or len(told) > _MOST_INFLATED:
                break
        if told:
            yield bytes(told)
