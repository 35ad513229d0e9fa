"""One connection to a memory's SQLite file: one writer at a time, on this machine."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.adapters.memory.schema import PRAGMAS, TABLES
from nexusplanner.errors import StorageError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_FILE = "memory.sqlite"
_WAIT_S = 30.0


class Database:
    """The connection, its lock among threads, and a file lock among processes.

    Writers of several processes stand in line at the file lock, checkpoints included: SQLite before 3.51.3 can
    corrupt a write-ahead log that two connections write and reset at once.

    Args:
        folder: Where the file is; made where it is missing. ``None`` keeps everything in this process's memory.

    Raises:
        StorageError: The folder or file cannot be opened.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._place = "memory" if folder is None else folder.name
        self._file_lock: BaseFileLock | None = None
        self._is_closed = False
        try:
            if folder is not None:
                _prepare(folder)
                self._file_lock = _file_lock(folder / "write.lock")
            with self._told(), self._turn():
                self._connection = _connect(folder)
        except OSError as error:
            raise self._failure(error) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hand out the connection for reading.

        Raises:
            StorageError: The database cannot be read, or is closed.
        """
        with self._lock, self._told():
            self._check_open()
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hand out the connection inside one transaction: all of it is kept, or nothing.

        Raises:
            StorageError: The database cannot be written, or another process writes for too long.
        """
        with self._lock, self._told(), self._turn():
            self._check_open()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def scrub(self) -> None:
        """Write the file anew without what was deleted, and empty its log.

        Raises:
            StorageError: Somebody still reads what was there before.
        """
        with self._lock, self._told(), self._turn():
            self._check_open()
            self._connection.execute("VACUUM")
            if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 1:
                raise StorageError("What was deleted is still being read by somebody.", fix="Call it again later.")

    def close(self) -> None:
        """Close the connection; calling it again does nothing."""
        with self._lock, self._told(), self._turn():
            if not self._is_closed:
                self._is_closed = True
                self._connection.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise StorageError("The memory is closed.", fix="Open it again.")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for the other processes that write."""
        from filelock import Timeout

        try:
            with self._file_lock or nullcontext():
                yield
        except Timeout as error:
            raise StorageError(
                f"Another process has been writing to the memory in {self._place!r} for {_WAIT_S:g} s.",
                fix="Wait for it to end, then try again.",
            ) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StorageError:
        reason = getattr(error, "strerror", None) or str(error)
        return StorageError(
            f"The memory in {self._place!r} cannot be used: {reason}.",
            fix="Check the folder's rights and space; if the file is damaged, remove the folder and ingest again.",
        )


def _prepare(folder: Path) -> None:
    """Make the folder and an empty file that only their owner can read; SQLite's side files take after it."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    os.close(os.open(folder / _FILE, os.O_CREAT | os.O_RDWR, 0o600))


def _connect(folder: Path | None) -> sqlite3.Connection:
    path = ":memory:" if folder is None else str(folder / _FILE)
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=_WAIT_S)
    try:
        for pragma in PRAGMAS:
            connection.execute(pragma).fetchall()
        connection.executescript(TABLES)
    except BaseException:
        connection.close()
        raise
    return connection


def _file_lock(path: Path) -> BaseFileLock:
    from filelock import FileLock

    return FileLock(path, timeout=_WAIT_S, mode=0o600)
