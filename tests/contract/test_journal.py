"""Every journal keeps the port's promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.postgres import PostgresServer

from nexusplanner.llm.journal_memory import InMemoryJournal
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.journal_postgres import PostgresJournal
from nexusplanner.persistence.journal_sqlite import SqliteJournal
from nexusplanner.persistence.ledger_postgres import PostgresLedger
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.ports.journal import Journal
from nexusplanner.ports.ledger import Ledger
from nexusplanner.testing import JournalContract


class TestInMemoryJournal(JournalContract):
    """Gone with the process."""

    def make(self, folder: Path) -> tuple[Ledger, Journal]:
        return InMemoryLedger(), InMemoryJournal()


class TestSqliteJournal(JournalContract):
    """In the ledger's file."""

    def make(self, folder: Path) -> tuple[Ledger, Journal]:
        books = SqliteLedger(folder / "ledger.sqlite")
        return books, SqliteJournal(books)


@pytest.mark.slow
class TestPostgresJournal(JournalContract):
    """On a server."""

    @pytest.fixture(autouse=True)
    def _database(self, postgres: PostgresServer) -> Iterator[None]:
        self._opened = Database(postgres.fresh())
        yield
        self._opened.close()

    def make(self, folder: Path) -> tuple[Ledger, Journal]:
        return PostgresLedger(self._opened), PostgresJournal(self._opened)
