"""The steps of the schema: each goes up and down, and at the end stands what the tables say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Engine, inspect
from sqlalchemy.sql.schema import SchemaItem
from tests.postgres import PostgresServer

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.engine import open_engine, writing
from nexusplanner.persistence.migrations import HERE, migrate, revision_of, revisions
from nexusplanner.persistence.tables import is_kept, metadata

ANY = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | SecretStr:
    """Return where an empty database is."""
    if request.param == "sqlite":
        return tmp_path / "nexusplanner.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture
def engine(place: Path | SecretStr) -> Iterator[Engine]:
    """Open an empty database."""
    opened = open_engine(place)
    yield opened
    opened.dispose()


def go(engine: Engine, to: str) -> str | None:
    with engine.connect() as connection, writing(connection).begin():
        migrate(connection, to)
        return revision_of(connection)


def differences(engine: Engine) -> list[object]:
    dialect = engine.dialect.name

    def is_asked(item: SchemaItem, _name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:
        table = item if kind == "table" else getattr(item, "table", None)
        return table is None or is_kept(table.info, dialect)

    with engine.connect() as connection:
        asked = {"compare_type": True, "compare_server_default": True, "include_object": is_asked}
        return list(compare_metadata(MigrationContext.configure(connection, opts=asked), metadata))


def test_revisions_are_one_line_and_named_as_their_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    walked = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(walked)) == revisions()


@pytest.mark.parametrize("place", ANY, indirect=True)
def test_from_empty_to_the_last_revision_the_schema_is_that_of_the_tables(engine: Engine) -> None:
    assert go(engine, "head") == revisions()[-1]
    assert differences(engine) == []


@pytest.mark.parametrize("place", ANY, indirect=True)
def test_each_revision_goes_up_and_down_and_nothing_is_left(engine: Engine) -> None:
    before = ("base", *revisions()[:-1])
    tables: list[set[str]] = []
    for revision in revisions():
        tables.append(set(inspect(engine).get_table_names()) | {"alembic_version"})
        assert go(engine, revision) == revision
    for revision, there in reversed(list(zip(before, tables, strict=True))):
        assert go(engine, revision) == (None if revision == "base" else revision)
        assert set(inspect(engine).get_table_names()) == there


def test_many_workspaces_are_made_at_once_by_one_process(tmp_path: Path) -> None:
    """Alembic has one context for all threads."""
    with ThreadPoolExecutor(8) as pool:
        made = [Database(tmp_path / str(i) / "nexusplanner.sqlite") for i in range(8)]
        assert set(pool.map(_revision, made)) == {revisions()[-1]}


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        return revision_of(connection)


@pytest.mark.parametrize("place", ANY, indirect=True)
def test_openings_at_once_migrate_once(place: Path | SecretStr) -> None:
    """Whoever comes second waits, then finds nothing to do."""
    faults: list[BaseException] = []

    def opened() -> None:
        database = Database(place)
        try:
            with database.read() as connection:
                assert revision_of(connection) == revisions()[-1]
        except BaseException as error:
            faults.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
