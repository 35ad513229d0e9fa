"""Databases for the suites: a file, and PostgreSQL, where every test has a fresh one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.postgres import PostgresServer

from nexusplanner.persistence.database import FILE_NAME, Database
from nexusplanner.persistence.tables import metadata


class OnDatabase:
    """A mix-in of suites: what was opened is closed, and can be scrubbed."""

    opened: list[Database]

    @pytest.fixture(autouse=True)
    def _closing(self) -> Iterator[None]:
        self.opened = []
        yield
        for database in self.opened:
            database.close()

    def opening(self, at: Path | SecretStr) -> Database:
        """Open a database for this test."""
        self.opened.append(Database(at))
        return self.opened[-1]

    def scrub(self, _store: object) -> None:
        """Scrub all that was opened."""
        for database in self.opened:
            database.scrub()


class OnSqlite(OnDatabase):
    """Stores stand on a file of the test's folder."""

    def database(self, folder: Path) -> Database:
        """Return the database of a folder."""
        return self.opening(folder / FILE_NAME)


class OnPostgres(OnDatabase):
    """Stores stand on a server's database of their own."""

    server: PostgresServer

    @pytest.fixture(autouse=True)
    def _started(self, postgres: PostgresServer) -> None:
        self.server = postgres

    def database(self, folder: Path) -> Database:
        """Return a database that is empty."""
        del folder
        return self.opening(self.server.fresh())

    def scrub(self, _store: object) -> None:
        """Leave it: a server's files are not in the test's folder, and are looked at by a test of their own."""


class OnOnePostgres(OnDatabase):
    """Stores of one test stand on one database of a server, emptied before."""

    @pytest.fixture(autouse=True)
    def _emptied(self, _closing: None, postgres_url: SecretStr) -> None:
        with self.opening(postgres_url).begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())

    def database(self, folder: Path) -> Database:
        """Return the database, whatever the folder."""
        del folder
        return self.opened[0]
