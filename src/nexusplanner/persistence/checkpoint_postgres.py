"""Checkpoints in a PostgreSQL database: plain statements on connections of its pool, a step's in one round trip."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from nexusplanner.errors import StorageError
from nexusplanner.persistence.checkpoint_rows import Cursor, Row

if TYPE_CHECKING:
    import psycopg

    from nexusplanner.persistence.database import Database


class PostgresCheckpointTables:
    """Tables that stand in a database with others.

    Args:
        database: One of PostgreSQL.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._local = threading.local()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is written within one transaction; what fails in it takes nothing else down."""
        with self._told(), self._database.begin() as connection:
            self._local.connection = connection.connection.driver_connection
            try:
                yield
            finally:
                self._local.connection = None

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """Make what is written within one transaction; within another, a part of it. It is one round trip."""
        connection: psycopg.Connection[Row] | None = getattr(self._local, "connection", None)
        if connection is None:
            with self.together(), self.writing() as cursor:
                yield cursor
            return
        with self._told():
            try:
                with connection.pipeline():
                    connection.execute("SAVEPOINT entry")
                    yield _Rows(connection)
                    connection.execute("RELEASE entry")
            except BaseException:
                connection.execute("ROLLBACK TO entry")
                connection.execute("RELEASE entry")
                raise

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """See all as of one moment."""
        with self._told(), self._database.read() as connection:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            raw: Any = connection.connection.driver_connection
            yield _Rows(raw)

    def close(self) -> None:
        """Let go of the database's connections; the next use, whoever's, opens it again."""
        self._database.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        from psycopg import Error

        try:
            yield
        except Error as error:
            cause = str(error).splitlines()
            raise StorageError(
                f"{self._database.name} cannot be used: {cause[0] if cause else type(error).__name__}.",
                fix="Check its rights, its space and that it answers.",
            ) from error


class _Rows:
    """A connection as the statements know it."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def execute(self, statement: str, given: Sequence[object] = ()) -> None:
        self._connection.execute(_marked(statement), given)

    def executemany(self, statement: str, given: Sequence[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_marked(statement), given)

    def rows(self, statement: str, given: Sequence[object] = ()) -> list[Row]:
        with self._connection.cursor() as cursor:
            return cursor.execute(_marked(statement), given).fetchall()


@cache
def _marked(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()
