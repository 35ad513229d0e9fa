"""Checkpoints in a SQLite file: one connection writes, another reads, and neither waits for the other."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from nexusplanner.errors import StorageError
from nexusplanner.persistence.checkpoint_rows import Cursor, Row
from nexusplanner.persistence.scrubbing import scrub_file
from nexusplanner.persistence.write_ahead import FEW_PAGES, write_ahead

BUSY_S = 10.0
_MOST_LOG = 16 * 1024 * 1024
SCHEMA = """
CREATE TABLE IF NOT EXISTS checkpoint_heads (
    tenant TEXT NOT NULL, thread TEXT NOT NULL, ns TEXT NOT NULL, id TEXT NOT NULL,
    parent TEXT, run TEXT, at INTEGER NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL, metadata TEXT NOT NULL,
    PRIMARY KEY (tenant, thread, ns, id)
);
CREATE INDEX IF NOT EXISTS checkpoint_heads_run ON checkpoint_heads (run) WHERE run IS NOT NULL;
CREATE TABLE IF NOT EXISTS checkpoint_values (
    tenant TEXT NOT NULL, thread TEXT NOT NULL, ns TEXT NOT NULL, channel TEXT NOT NULL, version TEXT NOT NULL,
    kind TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (tenant, thread, ns, channel, version)
);
CREATE TABLE IF NOT EXISTS checkpoint_writes (
    tenant TEXT NOT NULL, thread TEXT NOT NULL, ns TEXT NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL,
    idx INTEGER NOT NULL, path TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (tenant, thread, ns, id, task, idx)
);
"""
_ALONE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_WITHIN = ("SAVEPOINT entry", "RELEASE entry", ("ROLLBACK TO entry", "RELEASE entry"))


class _Rows:
    """A connection as the statements know it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, given: Sequence[object] = ()) -> None:
        self._connection.execute(statement, given)

    def executemany(self, statement: str, given: Sequence[Sequence[object]]) -> None:
        self._connection.executemany(statement, given)

    def rows(self, statement: str, given: Sequence[object] = ()) -> list[Row]:
        with closing(self._connection.execute(statement, given)) as found:
            return found.fetchall()


class SqliteCheckpointFile:
    """A file, opened at the first use, readable by its owner alone.

    Args:
        path: The file; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writes, self._reads = threading.RLock(), threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._pid = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is written within one transaction; what fails in it takes nothing else down."""
        with self.writing():
            yield

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """Make what is written within one transaction, on the disk at its end; within another, a part of it."""
        with self._writes, self._told():
            self._opened()
            writer = self._writer
            assert writer is not None
            begin, end, undo = _WITHIN if writer.in_transaction else _ALONE
            writer.execute(begin)
            try:
                yield _Rows(writer)
                writer.execute(end)
            except BaseException:
                if writer.in_transaction:
                    for step in undo:
                        writer.execute(step)
                raise

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """See the file as it stands, all queries as of one moment."""
        with self._reads, self._told():
            self._opened()
            reader = self._reader
            assert reader is not None
            reader.execute("BEGIN")
            try:
                yield _Rows(reader)
            finally:
                reader.execute("ROLLBACK")

    def scrub(self) -> None:
        """Write the file anew without what was deleted, and empty its log.

        Raises:
            StorageError: Somebody still reads what was there before.
        """
        with self._writes, self._reads, self._told():
            self._opened()
            assert self._writer is not None
            scrub_file(self._writer)

    def close(self) -> None:
        """Let go of the file."""
        with self._writes, self._reads:
            if self._pid == os.getpid():  # a forked child closes nothing of its parent's
                for connection in (self._reader, self._writer):
                    if connection is not None:
                        connection.close()
            self._writer = self._reader = None

    def open(self) -> None:
        """Open the file now, where it is not open.

        Raises:
            StorageError: It cannot be opened.
        """
        with self._told():
            self._opened()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise StorageError(
                f"{self._path.name} cannot be used: {why}.", fix="Check the workspace's rights and space."
            ) from error

    def _opened(self) -> None:
        if self._writer is not None and self._pid == os.getpid():
            return
        with self._writes:
            if self._writer is not None and self._pid == os.getpid():
                return
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
            writer = _connected(self._path)
            try:
                writer.executescript(SCHEMA)
                reader = _connected(self._path)
            except BaseException:
                writer.close()
                raise
            self._reader, self._pid = reader, os.getpid()
            self._writer = writer


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=BUSY_S, isolation_level=None)
    try:
        write_ahead(connection, patience_s=BUSY_S)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(FEW_PAGES)
        connection.execute(f"PRAGMA journal_size_limit={_MOST_LOG}")
    except BaseException:
        connection.close()
        raise
    return connection
