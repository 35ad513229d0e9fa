"""A PostgreSQL server of the tests' own: started once a session, stopped at its end; fresh databases for who asks."""

from __future__ import annotations

import os
import signal
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from pydantic import SecretStr

if TYPE_CHECKING:
    from pgserver.postgres_server import PostgresServer as Server

_NUMBERS = count(1)


class PostgresServer:
    """A running server.

    Args:
        uri: The address of its first database.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def spare_the_disk(self) -> None:
        """Let no transaction wait for the disk: tests kill who writes to the server, never the server."""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

    def fresh(self) -> SecretStr:
        """Make an empty database and return its URL."""
        name = f"fresh_{next(_NUMBERS)}"
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return SecretStr(self._uri.replace("/postgres?", f"/{name}?", 1))


def _wait_for(server: Server) -> None:
    """Give a server that is starting the time that it takes."""
    for _ in range(6):
        with suppress(subprocess.SubprocessError, AssertionError):
            server.ensure_postgres_running()
            server.global_process_id_list.get_and_add(os.getpid())
            return
    raise TimeoutError(f"PostgreSQL does not start:\n{server.log.read_text()}")


@contextmanager
def running_postgres(folder: Path) -> Iterator[PostgresServer]:
    """Start a server that keeps its data in a folder and listens on a socket in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its files where no login session told it
        from pgserver.postgres_server import get_server

        try:
            server = get_server(folder)
        except (subprocess.SubprocessError, AssertionError):  # a busy machine takes longer than it is given
            server = get_server(folder)
            _wait_for(server)
    try:
        yield PostgresServer(server.get_uri())
    finally:
        if (pid := server.get_pid()) is not None:
            os.kill(pid, signal.SIGQUIT)  # at once: nobody reads again what is in it
        server.cleanup()
