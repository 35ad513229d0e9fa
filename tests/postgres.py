"""A PostgreSQL server of the tests' own: started once a session, stopped at its end; fresh databases for who asks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from pydantic import SecretStr

_NUMBERS = count(1)


class PostgresServer:
    """A running server.

    Args:
        uri: The address of its first database.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def fresh(self) -> SecretStr:
        """Make an empty database and return its URL."""
        name = f"fresh_{next(_NUMBERS)}"
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return SecretStr(self._uri.replace("/postgres?", f"/{name}?", 1))


@contextmanager
def running_postgres(folder: Path) -> Iterator[PostgresServer]:
    """Start a server that keeps its data in a folder and listens on a socket in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its files where no login session told it
        from pgserver.postgres_server import get_server

        server = get_server(folder)
    try:
        yield PostgresServer(server.get_uri())
    finally:
        server.cleanup()
