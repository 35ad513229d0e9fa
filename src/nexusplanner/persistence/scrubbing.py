"""Scrubbing: what was deleted is left in no page of a database."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, cast

from nexusplanner.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Engine


def scrub(engine: Engine) -> None:
    """Write a database anew without what was deleted, and empty its log.

    On a server the tables are rewritten; its write-ahead log and its backups are the operator's to let expire.

    Raises:
        StorageError: Somebody still reads what was there before.
    """
    from sqlalchemy import text  # files are scrubbed where no database is used, too

    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL"))
        return
    held = engine.raw_connection()  # outside any transaction, which a file cannot be rewritten in
    try:
        scrub_file(cast(sqlite3.Connection, held.driver_connection))
    finally:
        held.close()


def scrub_file(connection: sqlite3.Connection) -> None:
    """Do the same with a file that is held open as it is.

    Raises:
        StorageError: Somebody still reads what was there before.
    """
    connection.execute("VACUUM")
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 1:
        raise still_read()


def still_read() -> StorageError:
    """Say that deleted rows may still be seen."""
    return StorageError("What was deleted is still being read by somebody.", fix="Call it again when they are done.")
