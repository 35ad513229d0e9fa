"""All stores whose writers are killed, by name: in files, and on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import psycopg
from pydantic import SecretStr
from tests.flow.kills.access import WrittenGrants, WrittenTenants
from tests.flow.kills.answers import WrittenAnswers
from tests.flow.kills.files import WrittenExports, WrittenLogs, WrittenPlanFiles
from tests.flow.kills.learning import WrittenOutcomes
from tests.flow.kills.money import WrittenBooks, WrittenJournal
from tests.flow.kills.plans import WrittenPlans
from tests.flow.kills.records import WrittenAudit, WrittenDecisions, WrittenSteps
from tests.flow.kills.runs import WrittenCheckpoints, WrittenRuns
from tests.flow.kills.writing import Store, Written

from nexusplanner.persistence import SqliteLedger, database_checkpoints, sqlite_checkpoints
from nexusplanner.persistence.database import FILE_NAME, Database
from nexusplanner.persistence.journal_postgres import PostgresJournal
from nexusplanner.persistence.journal_sqlite import SqliteJournal
from nexusplanner.persistence.ledger_postgres import PostgresLedger

ON_SERVER = "postgresql:"
_MOST_LOOKS = 100_000
_OWNER = "a 1 1"
_IN_A_DATABASE: dict[str, Callable[[Database], Written]] = {
    "plans": WrittenPlans,
    "runs": WrittenRuns,
    "audit": WrittenAudit,
    "decisions": WrittenDecisions,
    "steps": WrittenSteps,
    "outcomes": WrittenOutcomes,
    "grants": WrittenGrants,
    "tenants": WrittenTenants,
}


def _in_file(made: Callable[[Database], Written], folder: Path) -> Written:
    return made(Database(folder / FILE_NAME))


def _books(folder: Path) -> Written:
    books = SqliteLedger(folder / "ledger.sqlite", owner=_OWNER, is_gone=lambda _: False)
    return WrittenBooks(books, books.close)


def _journal(folder: Path) -> Written:
    books = SqliteLedger(folder / "ledger.sqlite", owner=_OWNER, is_gone=lambda _: False)
    return WrittenJournal(books, SqliteJournal(books), books.close)


def _server_books(database: Database) -> Written:
    return WrittenBooks(PostgresLedger(database, owner=_OWNER, is_gone=lambda _: False), database.close)


def _server_journal(database: Database) -> Written:
    books = PostgresLedger(database, owner=_OWNER, is_gone=lambda _: False)
    return WrittenJournal(books, PostgresJournal(database), database.close)


def _of_memory(name: str, folder: Path) -> Written:
    """Load Chroma for those who ask for it alone."""
    made: Callable[[Path], Written] = getattr(import_module("tests.flow.kills.memory"), name)
    return made(folder)


IN_FILES: dict[str, Callable[[Path], Written]] = {
    **{name: partial(_in_file, made) for name, made in _IN_A_DATABASE.items()},
    "books": _books,
    "journal": _journal,
    "checkpoints": lambda folder: WrittenCheckpoints(sqlite_checkpoints(folder / "runs.sqlite")),
    "answers": WrittenAnswers,
    "plan-files": WrittenPlanFiles,
    "exports": WrittenExports,
    "logs": WrittenLogs,
}
IN_CHROMA: dict[str, Callable[[Path], Written]] = {
    "memory": partial(_of_memory, "WrittenMemory"),
    "index": partial(_of_memory, "WrittenIndex"),
}
ON_POSTGRES: dict[str, Callable[[Database], Written]] = {
    **_IN_A_DATABASE,
    "books": _server_books,
    "journal": _server_journal,
    "checkpoints": lambda database: WrittenCheckpoints(database_checkpoints(database)),
}
_ITEM_S = {"answers": 0.001, "memory": 0.12, "index": 0.15, "plan-files": 0.15, "exports": 0.06, "logs": 0.15}
NAMES = (*IN_FILES, *IN_CHROMA, *(ON_SERVER + name for name in ON_POSTGRES))


def in_folder(name: str, folder: Path) -> Store:
    """Return a store that keeps files."""
    if name in IN_CHROMA:
        import_module("tests.flow.kills.memory")
    return Store(partial({**IN_FILES, **IN_CHROMA}[name], folder), item_s=_ITEM_S.get(name, 0.01))


def on_server(name: str, url: SecretStr) -> Store:
    """Return a store that a server keeps."""
    made = ON_POSTGRES[name.removeprefix(ON_SERVER)]
    return Store(lambda: made(Database(url)), awaited=lambda: left_alone(url), open_s=0.3, item_s=0.02)


def left_alone(url: SecretStr) -> None:
    """Wait until the server has noticed that nobody is there any more: it may still commit what it was told to."""
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with psycopg.connect(url.get_secret_value(), autocommit=True) as connection:
        for _ in range(_MOST_LOOKS):
            if connection.execute(others).fetchone() == (0,):
                return
    raise AssertionError("The server works for somebody who is gone.")
