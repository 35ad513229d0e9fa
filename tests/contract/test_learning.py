"""Every store of what was learnt keeps the ports' promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.learning_memory import InMemoryExperience
from nexusplanner.persistence.learning_sql import SqlLessons, SqlOutcomes, SqlPriors
from nexusplanner.persistence.tables import metadata
from nexusplanner.testing import LearningContract, Stores


class TestInMemoryExperience(LearningContract):
    """Gone with the process."""

    def make(self, folder: Path) -> Stores:
        kept = InMemoryExperience()
        return Stores(kept.outcomes, kept.lessons, kept.priors)


class TestSqliteExperience(LearningContract):
    """The database of a workspace."""

    @pytest.fixture(autouse=True)
    def _opened(self) -> Iterator[None]:
        self.opened: list[Database] = []
        yield
        for database in self.opened:
            database.close()

    def make(self, folder: Path) -> Stores:
        self.opened.append(Database(folder / "workspace" / "nexusplanner.sqlite"))
        return _stores(self.opened[-1])


@pytest.mark.slow
class TestPostgresExperience(LearningContract):
    """A server's."""

    @pytest.fixture(autouse=True)
    def _opened(self, postgres_url: SecretStr) -> Iterator[None]:
        self.database = Database(postgres_url)
        with self.database.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        yield
        self.database.close()

    def make(self, folder: Path) -> Stores:
        return _stores(self.database)


def _stores(database: Database) -> Stores:
    return Stores(SqlOutcomes(database), SqlLessons(database), SqlPriors(database))
