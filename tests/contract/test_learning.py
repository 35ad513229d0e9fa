"""Every store of what was learnt keeps the ports' promises."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.databases import OnOnePostgres, OnSqlite

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.learning_data import SqlLearningData
from nexusplanner.persistence.learning_memory import InMemoryExperience
from nexusplanner.persistence.learning_sql import SqlLessons, SqlOutcomes, SqlPriors
from nexusplanner.ports.outcomes import Record
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.testing import LearningContract, Stores
from nexusplanner.testing.learning_store import sample_record
from nexusplanner.testing.tenant_data import TenantDataContract


class TestInMemoryExperience(LearningContract):
    """Gone with the process."""

    def make(self, folder: Path) -> Stores:
        kept = InMemoryExperience()
        return Stores(kept.outcomes, kept.lessons, kept.priors)


class TestSqliteExperience(OnSqlite, LearningContract):
    """The database of a workspace."""

    def make(self, folder: Path) -> Stores:
        return _stores(self.database(folder))


@pytest.mark.slow
class TestPostgresExperience(OnOnePostgres, LearningContract):
    """A server's."""

    def make(self, folder: Path) -> Stores:
        return _stores(self.database(folder))


class TestDataOfInMemoryExperience(TenantDataContract):
    """Gone with the process, and with the person."""

    def make(self, folder: Path) -> TenantData:
        return InMemoryExperience()

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        assert isinstance(store, InMemoryExperience)
        asyncio.run(store.outcomes.record(_record(text), tenant=tenant))


class ScrubbedLearningData(SqlLearningData):
    """What outcomes left, in a file that is cleaned as a whole."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.database = database

    def scrub(self) -> None:
        """Write the file anew."""
        self.database.close()
        with closing(sqlite3.connect(str(self.database._at))) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


class TestDataOfSqliteExperience(TenantDataContract):
    """The database of a workspace."""

    @pytest.fixture(autouse=True)
    def _opened(self) -> Iterator[None]:
        self.opened: list[Database] = []
        yield
        for database in self.opened:
            database.close()

    def make(self, folder: Path) -> TenantData:
        self.opened.append(Database(folder / "nexusplanner.sqlite"))
        return ScrubbedLearningData(self.opened[-1])

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        assert isinstance(store, ScrubbedLearningData)
        asyncio.run(SqlOutcomes(store.database).record(_record(text), tenant=tenant))


def _record(text: str) -> Record:
    record = sample_record(f"plan-{sha256_of(text)[:16]}")
    return replace(record, outcome=record.outcome.model_copy(update={"name": text, "about": text}))


def _stores(database: Database) -> Stores:
    return Stores(SqlOutcomes(database), SqlLessons(database), SqlPriors(database))
