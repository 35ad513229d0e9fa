"""Every store of plans keeps the port's promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.databases import OnOnePostgres, OnSqlite

from nexusplanner.llm.treasury import utc_now
from nexusplanner.persistence import InMemoryPlans
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.ports import Plans
from nexusplanner.testing import PlansContract


class TestInMemoryPlans(PlansContract):
    """Gone with the process."""

    def make(self, folder: Path) -> Plans:
        return InMemoryPlans()


class TestSqlitePlans(OnSqlite, PlansContract):
    """The database of a workspace."""

    def make(self, folder: Path) -> Plans:
        return SqlPlans(self.database(folder), now=utc_now)


@pytest.mark.slow
class TestPostgresPlans(OnOnePostgres, PlansContract):
    """A server's."""

    def make(self, folder: Path) -> Plans:
        return SqlPlans(self.database(folder), now=utc_now)
