"""A word is found wherever a store may have left it."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from nexusplanner.testing.traces import files_with

WORD = "Canary-Ünique"


@pytest.mark.parametrize(
    "content",
    [
        f"…{WORD}…".encode(),
        WORD.lower().encode(),
        WORD.encode("utf-16-le"),
        b"\x00" * 50 + zlib.compress(f"{'x' * 2000} {WORD}".encode(), 1) + b"\x00" * 50,
        zlib.compress(WORD.encode(), 9),
    ],
)
def test_a_word_is_found_in_any_form(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(content)
    assert files_with(tmp_path, WORD) == ["deep/file.bin"]


def test_a_long_deflated_value_of_a_database_is_found(tmp_path: Path) -> None:
    """Its pages lie apart."""
    text = "".join(f"{number * 7919 % 104729:x}" for number in range(20_000)) + WORD
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as rows, rows:
        rows.execute("CREATE TABLE texts (text BLOB)")
        rows.execute("INSERT INTO texts VALUES (?)", (zlib.compress(text.encode(), 1),))
    assert files_with(tmp_path, WORD) == ["a.sqlite"]


def test_a_deleted_row_is_found_as_long_as_its_bytes_are_there(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as rows:
        rows.execute("PRAGMA secure_delete = OFF")
        rows.execute("CREATE TABLE texts (text TEXT)")
        rows.execute("INSERT INTO texts VALUES (?)", (WORD,))
        rows.execute("DELETE FROM texts")
        assert files_with(tmp_path, WORD) == ["a.sqlite"]
        rows.execute("VACUUM")
        assert files_with(tmp_path, WORD) == []


def test_a_name_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / f"{WORD}.txt").touch()
    assert files_with(tmp_path, WORD) == [f"{WORD}.txt"]
