"""Every reader of plans' sources keeps the port's promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.databases import OnOnePostgres, OnSqlite

from nexusplanner.llm.treasury import utc_now
from nexusplanner.persistence import InMemoryPlans
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.sources_memory import InMemorySources
from nexusplanner.persistence.sources_sql import SqlSources
from nexusplanner.ports import Plans, Sources
from nexusplanner.testing import SourcesContract


class TestInMemorySources(SourcesContract):
    """Gone with the process."""

    def make(self, folder: Path) -> tuple[Plans, Sources]:
        plans = InMemoryPlans()
        return plans, InMemorySources(plans)


def _kept(database: Database) -> tuple[Plans, Sources]:
    return SqlPlans(database, now=utc_now), SqlSources(database)


class TestSqliteSources(OnSqlite, SourcesContract):
    """The database of a workspace."""

    def make(self, folder: Path) -> tuple[Plans, Sources]:
        return _kept(self.database(folder))


@pytest.mark.slow
class TestPostgresSources(OnOnePostgres, SourcesContract):
    """A server's."""

    def make(self, folder: Path) -> tuple[Plans, Sources]:
        return _kept(self.database(folder))
