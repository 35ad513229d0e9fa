"""Engines: how a SQLite file or a PostgreSQL server is spoken to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from nexusplanner.errors import ConfigurationError, MissingExtraError
from nexusplanner.persistence.write_ahead import write_ahead

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

    from psycopg import Connection as PostgresConnection

BUSY_S = 10.0
"""Seconds to wait for another process that writes to the same file."""
KEPT_OPEN = 2
"""Connections to a file that stay open: one writes, and one more reads. Each keeps two megabytes of its pages."""
CONNECT_S = 10
"""Seconds to wait for a server that does not answer, unless its URL says otherwise."""
_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_WRITES = "nexusplanner_writes"


def open_engine(at: Path | SecretStr) -> Engine:
    """Make an engine; nothing is connected yet.

    Args:
        at: A SQLite file, made with rights for its owner alone, or the URL of a PostgreSQL database.

    Raises:
        ConfigurationError: The URL is not one of PostgreSQL.
        MissingExtraError: PostgreSQL's driver is not installed.
        OSError: The file cannot be made.
    """
    return _sqlite(at) if isinstance(at, Path) else _postgresql(at)


def writing(connection: Connection) -> Connection:
    """Mark a connection as one whose next transaction writes, so that it takes SQLite's one write lock at once."""
    return connection.execution_options(**{_WRITES: True})


def _sqlite(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_S}, hide_parameters=True, pool_size=KEPT_OPEN
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    write_ahead(connection, patience_s=BUSY_S)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _postgresql(address: SecretStr) -> Engine:
    text = address.get_secret_value()
    if not text.startswith(_SCHEMES):
        raise ConfigurationError("storage.url is not one of PostgreSQL.", fix="Begin it with postgresql://.")
    try:
        url = make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "storage.url cannot be read.", fix="Write it as postgresql://user:password@host/database."
        ) from None
    try:
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S}
        engine = create_engine(url, connect_args=patience, hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise MissingExtraError("A PostgreSQL database", extra="postgres") from None
    event.listen(engine, "connect", _hasten)
    return engine


def _hasten(connection: PostgresConnection, _record: object) -> None:
    """Spare short questions what only long ones gain by, and plan each for its own words, be they rare or common."""
    for setting in ("jit = off", "max_parallel_workers_per_gather = 0", "plan_cache_mode = force_custom_plan"):
        connection.execute(f"SET {setting}".encode())
    connection.commit()
