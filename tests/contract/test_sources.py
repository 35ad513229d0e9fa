"""Every reader of plans' sources keeps the port's promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from nexusplanner.llm.treasury import utc_now
from nexusplanner.persistence import InMemoryPlans
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.sources_memory import InMemorySources
from nexusplanner.persistence.sources_sql import SqlSources
from nexusplanner.persistence.tables import metadata
from nexusplanner.ports import Plans, Sources
from nexusplanner.testing import SourcesContract


class TestInMemorySources(SourcesContract):
    """Gone with the process."""

    def make(self, folder: Path) -> tuple[Plans, Sources]:
        plans = InMemoryPlans()
        return plans, InMemorySources(plans)


class TestSqliteSources(SourcesContract):
    """The database of a workspace."""

    @pytest.fixture(autouse=True)
    def _opened(self, tmp_path: Path) -> Iterator[None]:
        self.database = Database(tmp_path / "workspace" / "nexusplanner.sqlite")
        yield
        self.database.close()

    def make(self, folder: Path) -> tuple[Plans, Sources]:
        return SqlPlans(self.database, now=utc_now), SqlSources(self.database)


@pytest.mark.slow
class TestPostgresSources(SourcesContract):
    """A server's."""

    @pytest.fixture(autouse=True)
    def _opened(self, postgres_url: SecretStr) -> Iterator[None]:
        self.database = Database(postgres_url)
        with self.database.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        yield
        self.database.close()

    def make(self, folder: Path) -> tuple[Plans, Sources]:
        return SqlPlans(self.database, now=utc_now), SqlSources(self.database)
