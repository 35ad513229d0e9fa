"""The database: made when used, private, up to date, and one transaction at a time that writes."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event, func, select, text

from nexusplanner.errors import ConfigurationError, StorageError
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.migrations import revision_of, revisions
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.persistence.upsert import insert_into


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return a database that nobody opened."""
    return Database(tmp_path / "work" / "nexusplanner.sqlite")


def keep(database: Database, tenant: str) -> None:
    with database.begin() as connection:
        connection.execute(
            insert_into(tenants, connection).values(tenant=tenant, created_at=1).on_conflict_do_nothing()
        )


def kept(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(tenants)).scalar_one())


def test_nothing_is_made_before_it_is_used(database: Database, tmp_path: Path) -> None:
    assert not database.is_there
    assert list(tmp_path.iterdir()) == []
    keep(database, "acme")
    assert database.is_there


def test_the_file_is_its_owners_alone_and_waits_for_the_disk(database: Database, tmp_path: Path) -> None:
    keep(database, "acme")
    for file in (tmp_path / "work").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    with database.read() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        assert [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names] == ["wal", 2, 1]


def test_it_is_at_the_last_revision_when_opened(database: Database) -> None:
    with database.read() as connection:
        assert revision_of(connection) == revisions()[-1]


def test_what_raises_within_a_transaction_leaves_nothing(database: Database) -> None:
    def half() -> None:
        with database.begin() as connection:
            connection.execute(tenants.insert().values(tenant="acme", created_at=1))
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert kept(database) == 0


def test_a_transaction_within_another_is_a_part_of_it(database: Database) -> None:
    def half() -> None:
        with database.begin():
            keep(database, "acme")
            assert kept(database) == 1
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert kept(database) == 0


def test_a_part_that_raises_undoes_itself_alone(database: Database) -> None:
    def half() -> None:
        with database.begin():
            keep(database, "beta")
            raise LookupError

    with database.begin():
        keep(database, "acme")
        with pytest.raises(LookupError):
            half()
    assert kept(database) == 1


async def test_what_waits_is_written_together_and_a_part_that_raises_is_alone(database: Database) -> None:
    keep(database, "t0")
    commits: list[Connection] = []

    def committed(connection: Connection) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", committed)

    def row(number: int) -> Callable[[Connection], int]:
        def work(connection: Connection) -> int:
            connection.execute(tenants.insert().values(tenant=f"t{number}", created_at=1))
            if number == 7:
                raise LookupError
            return number

        return work

    found = await asyncio.gather(*(database.awrite(row(i)) for i in range(1, 20)), return_exceptions=True)
    event.remove(Engine, "commit", committed)
    assert [each for each in found if isinstance(each, int)] == [i for i in range(1, 20) if i != 7]
    assert isinstance(found[6], LookupError)
    assert len(commits) < 5
    assert await database.aread(lambda c: c.execute(select(func.count()).select_from(tenants)).scalar_one()) == 19
    database.close()


def test_readers_do_not_wait_for_who_writes(database: Database) -> None:
    keep(database, "acme")
    seen: list[int] = []
    with database.begin() as connection:
        connection.execute(tenants.insert().values(tenant="beta", created_at=1))
        thread = threading.Thread(target=lambda: seen.append(kept(database)))
        thread.start()
        thread.join(10)
    assert seen == [1]
    assert kept(database) == 2


def test_many_threads_of_two_openings_lose_nothing(database: Database, tmp_path: Path) -> None:
    """Both bring the same new file up to date."""
    openings = (database, Database(tmp_path / "work" / "nexusplanner.sqlite"))
    threads = [threading.Thread(target=keep, args=(openings[i % 2], f"t{i}")) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [kept(each) for each in openings] == [16, 16]


def test_it_opens_again_after_it_was_closed(database: Database) -> None:
    keep(database, "acme")
    database.close()
    assert kept(database) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_opens_its_own(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(tenants.insert().values(tenant="acme", created_at=1))
        if (child := os.fork()) == 0:
            os._exit(0 if kept(database) == 0 else 1)
        assert os.waitpid(child, 0)[1] == 0
    assert kept(database) == 1


def test_what_the_database_refuses_is_a_storage_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "nexusplanner.sqlite").write_text("this is no database, but a text that is long enough to be read")
    with pytest.raises(StorageError, match=r"nexusplanner\.sqlite cannot be used: file is not a database"):
        keep(Database(tmp_path / "nexusplanner.sqlite"), "acme")


def test_a_database_of_a_newer_release_is_left_alone(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    database.close()
    with pytest.raises(StorageError, match=r"9999_later.*does not know"):
        kept(database)


@pytest.mark.parametrize("url", ["mysql://anna:hunter2@host/db", "postgresql://anna:hunter2@host:port/db"])
def test_a_wrong_url_is_told_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kept(Database(SecretStr(url)))
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    url = SecretStr("postgresql://anna:hunter2@127.0.0.1:1/db?connect_timeout=1")
    with pytest.raises(StorageError, match="PostgreSQL database cannot be used") as caught:
        kept(Database(url))
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"
