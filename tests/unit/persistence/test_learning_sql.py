"""What was learnt, in rows: read by a fixed number of statements, and told where it is damaged."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, update

from nexusplanner.errors import StorageError
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.learning_sql import SqlLessons, SqlOutcomes, SqlPriors
from nexusplanner.persistence.tables import metadata
from nexusplanner.persistence.tables.learning import outcomes
from nexusplanner.testing.learning_store import sample_record


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open an empty workspace's database."""
    opened = Database(tmp_path / "nexusplanner.sqlite")
    yield opened
    opened.close()


def filled(database: Database, count: int) -> None:
    for number in range(count):
        asyncio.run(SqlOutcomes(database).record(sample_record(f"plan-{number}"), tenant="acme"))


@pytest.mark.parametrize("count", [1, 12])
def test_reading_takes_as_many_statements_whatever_there_is(database: Database, count: int) -> None:
    filled(database, count)
    said: list[str] = []

    def heard(*told: object) -> None:
        said.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        assert len(asyncio.run(SqlOutcomes(database).list(tenant="acme"))) == count
        assert len(asyncio.run(SqlLessons(database).list(tenant="acme"))) == 2 * count
        assert len(asyncio.run(SqlPriors(database).current("conversions", tenant="acme"))) == 2
    finally:
        event.remove(Engine, "before_cursor_execute", heard)
    asked = [line for line in said if line.startswith("SELECT")]
    assert len(asked) == 4
    assert all("tenant = " in line for line in asked)


@pytest.mark.parametrize("table", ["outcomes", "lessons", "priors"])
def test_what_is_damaged_is_told_and_not_guessed(database: Database, table: str) -> None:
    filled(database, 1)
    with database.begin() as connection:
        damaged = metadata.tables[table]
        connection.execute(update(damaged).values(text=b"x" if table == "outcomes" else "x"))
    read = {
        "outcomes": SqlOutcomes(database).list(tenant="acme"),
        "lessons": SqlLessons(database).list(tenant="acme"),
        "priors": SqlPriors(database).current("conversions", tenant="acme"),
    }
    for name, asked in read.items():
        if name == table:
            with pytest.raises(StorageError, match="cannot be read"):
                asyncio.run(asked)
        else:
            asked.close()


def test_asking_makes_no_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "none" / "nexusplanner.sqlite")
    assert asyncio.run(SqlOutcomes(database).list(tenant="acme")) == ()
    assert asyncio.run(SqlLessons(database).list(tenant="acme")) == ()
    assert asyncio.run(SqlPriors(database).current("conversions", tenant="acme")) == {}
    assert not (tmp_path / "none").exists()


def test_one_of_many_reports_of_a_plan_counts(database: Database) -> None:
    """Whoever comes last, all of it stands and nothing of the others."""
    records = [sample_record("plan-1", brought=float(n)) for n in range(1, 6)]
    threads = [
        threading.Thread(target=lambda r=r: asyncio.run(SqlOutcomes(database).record(r, tenant="acme")))
        for r in records
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (counted,) = asyncio.run(SqlOutcomes(database).list(tenant="acme"))
    active = asyncio.run(SqlLessons(database).list(tenant="acme", status="active"))
    assert {lesson.outcome for lesson in active} == {counted.id}
    with database.read() as connection:
        assert len(connection.execute(select(outcomes.c.outcome_id)).all()) == 5
