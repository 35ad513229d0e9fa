"""Writing ahead: a SQLite file whose readers do not wait for its writer."""

from __future__ import annotations

import sqlite3

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

_PAUSE_S = 0.01

FEW_PAGES = "PRAGMA cache_size=-512"
"""Kilobytes of a file's pages that a connection keeps where what it writes is seldom read again; by default 2,000."""


def write_ahead(connection: sqlite3.Connection, *, patience_s: float) -> None:
    """Have a file write ahead into a log, from its first use on.

    Whoever makes that choice needs the file for itself, and SQLite does not wait for others as it does elsewhere: of
    two that open the same new file, one would be told that it is locked.

    Args:
        connection: A connection to the file.
        patience_s: Seconds to wait for others.

    Raises:
        sqlite3.OperationalError: Others have it for longer.
    """
    attempts = Retrying(
        retry=retry_if_exception(_is_locked),
        wait=wait_fixed(_PAUSE_S),
        stop=stop_after_delay(patience_s),
        reraise=True,
    )
    attempts(connection.execute, "PRAGMA journal_mode=WAL")


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
