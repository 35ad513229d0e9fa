"""Everything that knows runs keeps the port's promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.postgres import PostgresServer

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.runs_memory import InMemoryRuns
from nexusplanner.persistence.runs_sql import SqlRuns
from nexusplanner.ports.runs import Runs
from nexusplanner.testing import RunsContract


class TestInMemoryRuns(RunsContract):
    """Gone with the process."""

    def make(self, folder: Path, is_gone: Callable[[str], bool]) -> Runs:
        return InMemoryRuns(is_gone=is_gone)


class TestSqliteRuns(RunsContract):
    """In the workspace's database."""

    @pytest.fixture(autouse=True)
    def _database(self, tmp_path: Path) -> Iterator[None]:
        self._opened = Database(tmp_path / "nexusplanner.sqlite")
        yield
        self._opened.close()

    def make(self, folder: Path, is_gone: Callable[[str], bool]) -> Runs:
        return SqlRuns(self._opened, is_gone=is_gone)


@pytest.mark.slow
class TestPostgresRuns(RunsContract):
    """On a server."""

    @pytest.fixture(autouse=True)
    def _database(self, postgres: PostgresServer) -> Iterator[None]:
        self._opened = Database(postgres.fresh())
        yield
        self._opened.close()

    def make(self, folder: Path, is_gone: Callable[[str], bool]) -> Runs:
        return SqlRuns(self._opened, is_gone=is_gone)
