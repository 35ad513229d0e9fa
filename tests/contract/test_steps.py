"""Every log of decisions does what a log must do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.postgres import PostgresServer

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.persistence.steps_sql import SqlSteps
from nexusplanner.ports.steps import Steps
from nexusplanner.testing.steps import StepsContract


class TestInMemorySteps(StepsContract):
    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        return InMemorySteps(keep_days=keep_days, keep_steps=keep_steps)


class OfADatabase(StepsContract):
    """Opens a database for each test, and closes it."""

    at: Path | SecretStr | None = None

    @pytest.fixture(autouse=True)
    def _closing(self) -> Iterator[None]:
        self.opened: list[Database] = []
        yield
        for database in self.opened:
            database.close()

    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        database = Database(self.at or folder / "nexusplanner.sqlite")
        self.opened.append(database)
        return SqlSteps(database, keep_days=keep_days, keep_steps=keep_steps, prune_every=1)


class TestSqliteSteps(OfADatabase):
    pass


@pytest.mark.slow
class TestPostgresSteps(OfADatabase):
    @pytest.fixture(autouse=True)
    def _fresh(self, postgres: PostgresServer) -> None:
        self.at = postgres.fresh()
