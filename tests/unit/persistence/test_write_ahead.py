"""A new file is opened by several at once, and whoever comes second waits instead of being told that it is locked."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nexusplanner.persistence.write_ahead import write_ahead


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that is writing the file."""
    with closing(sqlite3.connect(tmp_path / "x.sqlite", check_same_thread=False, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE t (a)")
        yield other


def opened(folder: Path) -> sqlite3.Connection:
    """Open the same file, without SQLite's own patience."""
    return sqlite3.connect(folder / "x.sqlite", timeout=0, isolation_level=None)


def test_it_waits_for_whoever_has_the_file(tmp_path: Path, other: sqlite3.Connection) -> None:
    with closing(opened(tmp_path)) as connection:
        done = threading.Timer(0.05, other.execute, ("COMMIT",))
        done.start()
        write_ahead(connection, patience_s=5)
        done.join()
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_its_patience_ends(tmp_path: Path, other: sqlite3.Connection) -> None:
    assert other.in_transaction
    with closing(opened(tmp_path)) as connection, pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(connection, patience_s=0.03)


def test_what_is_no_database_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("this is no database, but a text that is long enough to be read as one " * 20)
    with closing(opened(tmp_path)) as connection, pytest.raises(sqlite3.DatabaseError, match="not a database"):
        write_ahead(connection, patience_s=5)
