"""Every log of decisions does what a log must do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contract.databases import OnPostgres, OnSqlite

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.persistence.steps_sql import SqlSteps
from nexusplanner.ports.steps import Steps
from nexusplanner.testing.steps import StepsContract


class TestInMemorySteps(StepsContract):
    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        return InMemorySteps(keep_days=keep_days, keep_steps=keep_steps)


def _kept(database: Database, *, keep_days: int, keep_steps: int) -> Steps:
    return SqlSteps(database, keep_days=keep_days, keep_steps=keep_steps, prune_every=1)


class TestSqliteSteps(OnSqlite, StepsContract):
    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        return _kept(self.database(folder), keep_days=keep_days, keep_steps=keep_steps)


@pytest.mark.slow
class TestPostgresSteps(OnPostgres, StepsContract):
    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        return _kept(self.database(folder), keep_days=keep_days, keep_steps=keep_steps)
