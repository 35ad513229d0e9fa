"""Answers in a SQLite file of the workspace, readable by its owner alone."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nexusplanner.errors import StorageError
from nexusplanner.llm.answers_data import AnswerData
from nexusplanner.persistence.scrubbing import scrub_file
from nexusplanner.persistence.write_ahead import write_ahead

MOST_ANSWERS, BUSY_S = 10_000, 10.0
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, text TEXT NOT NULL, expires REAL NOT NULL) WITHOUT ROWID"
)


class SqliteAnswers(AnswerData):
    """Keeps a bounded number of answers in one file; those that end soonest go first.

    Args:
        path: The file, made at the first answer.
        most: Answers kept.
    """

    waits = True

    def __init__(self, path: Path, *, most: int = MOST_ANSWERS) -> None:
        self._path, self._most = path, most
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0

    def get(self, key: str, *, now: float) -> str | None:
        """Return a text whose time is not over, or None."""
        with self._open() as kept:
            row = kept.execute("SELECT text FROM answers WHERE key = ? AND expires > ?", (key, now)).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, text: str, *, now: float, ttl_s: float) -> None:
        """Keep a text for some seconds, and forget those whose time is over."""
        with self._open() as kept:
            kept.execute("BEGIN IMMEDIATE")
            try:
                kept.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, text, now + ttl_s))
                kept.execute("DELETE FROM answers WHERE expires <= ?", (now,))
                over = kept.execute("SELECT COUNT(*) FROM answers").fetchone()[0] - self._most
                soonest = "(SELECT key FROM answers ORDER BY expires, key LIMIT ?)"
                kept.execute(f"DELETE FROM answers WHERE key IN {soonest}", (max(over, 0),))  # noqa: S608
                kept.execute("COMMIT")
            except BaseException:
                if kept.in_transaction:
                    kept.execute("ROLLBACK")
                raise

    def of(self, owner: str) -> Iterator[tuple[str, str]]:
        """Yield keys and texts of an owner."""
        if not self._path.exists():
            return  # asking what is kept makes no file
        asked = "SELECT key, text FROM answers WHERE substr(key, 1, ?) = ? ORDER BY key"
        with self._open() as kept:
            found = kept.execute(asked, (len(owner), owner)).fetchall()
        yield from found

    def drop(self, keys: Sequence[str]) -> None:
        """Forget answers."""
        if keys:
            with self._open() as kept:
                kept.executemany("DELETE FROM answers WHERE key = ?", [(key,) for key in keys])

    def scrub(self) -> None:
        """Make forgotten answers unreadable."""
        if self._path.exists():
            with self._open() as kept:
                scrub_file(kept)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None or self._pid != os.getpid():  # a forked child opens its own
                    self._connection, self._pid = self._opened(), os.getpid()
                yield self._connection
            except (OSError, sqlite3.Error) as error:
                raise StorageError(
                    f"{self._path.name} cannot be used: {error}.", fix="Check the workspace's rights and space."
                ) from error

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        kept = sqlite3.connect(self._path, check_same_thread=False, timeout=BUSY_S, isolation_level=None)
        try:
            write_ahead(kept, patience_s=BUSY_S)
            kept.execute("PRAGMA synchronous=NORMAL")  # a lost answer is asked for again
            kept.execute(_SCHEMA)
        except BaseException:
            kept.close()
            raise
        return kept
