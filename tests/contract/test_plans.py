"""Every store of plans keeps the port's promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from nexusplanner.llm.treasury import utc_now
from nexusplanner.persistence import InMemoryPlans
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.tables import metadata
from nexusplanner.ports import Plans
from nexusplanner.testing import PlansContract


class TestInMemoryPlans(PlansContract):
    """Gone with the process."""

    def make(self, folder: Path) -> Plans:
        return InMemoryPlans()


class TestSqlitePlans(PlansContract):
    """The database of a workspace."""

    @pytest.fixture(autouse=True)
    def _opened(self) -> Iterator[None]:
        self.opened: list[Database] = []
        yield
        for database in self.opened:
            database.close()

    def make(self, folder: Path) -> Plans:
        self.opened.append(Database(folder / "workspace" / "nexusplanner.sqlite"))
        return SqlPlans(self.opened[-1], now=utc_now)


@pytest.mark.slow
class TestPostgresPlans(PlansContract):
    """A server's."""

    @pytest.fixture(autouse=True)
    def _opened(self, postgres_url: SecretStr) -> Iterator[None]:
        self.database = Database(postgres_url)
        with self.database.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        yield
        self.database.close()

    def make(self, folder: Path) -> Plans:
        return SqlPlans(self.database, now=utc_now)
