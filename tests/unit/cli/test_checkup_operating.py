"""What an operator set, and where things are kept: each fault that ``doctor`` is there for is found."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from tests.postgres import PostgresServer
from tests.unit.adapters.secrets.test_secrets import free_port
from tests.unit.cli.calling import written

from nexusplanner.cli import checkup
from nexusplanner.cli.checkup.installation import Planted
from nexusplanner.domain.operations import Cache, Observability, Storage
from nexusplanner.persistence import SqliteLedger
from nexusplanner.persistence.database import Database
from nexusplanner.ports.ledger import Call, Paid, Scope
from nexusplanner.settings import Budgets, Limits, Settings

NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)


def one(found: list[checkup.Check]) -> checkup.Check:
    (check,) = found
    return check


def test_every_check_has_a_name_and_says_what_it_does() -> None:
    assert all((look.__doc__ or "").endswith(".") for look in checkup.CHECKS.values())
    found = {check.what for check in checkup.checks(Settings())}
    assert {"Secrets", "Python", "Extras", "Serializer", "Clock", "Budgets", "Observers", "Workspace"} <= found


def test_an_extra_that_is_needed_and_not_there_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        observability=Observability(spans=True, sentry_dsn=SecretStr("http://k@127.0.0.1/1")),
        storage=Storage(url=SecretStr("postgresql://127.0.0.1/plans")),
        cache=Cache(store="redis://127.0.0.1"),
    )
    assert checkup.installation.asked_extras(settings) == ("otel", "postgres", "redis", "sentry")
    monkeypatch.setattr("nexusplanner.cli.checkup.installation._version", lambda _: None)
    found = list(checkup.extras(settings))
    assert [check.state for check in found] == ["broken"] * 4
    assert found[0].fix == "Run: pip install 'nexusplanner[otel]'."
    assert one(list(checkup.extras(Settings()))).state == "good"
    assert list(checkup.extras(Settings(), distribution="no-such-distribution")) == []


def test_a_reader_of_checkpoints_that_builds_our_class_is_broken() -> None:
    assert one(list(checkup.serializer(Settings()))).state == "good"
    assert one(list(checkup.serializer(Settings(), loads=lambda _: Planted("x")))).state == "broken"


def test_a_clock_that_cannot_be_right_is_found(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    file = written(tmp_path / "ledger.sqlite", "")
    at = NOW.timestamp()
    os.utime(file, (at, at))

    def state(ahead_s: float) -> str:
        return one(list(checkup.clock(settings, now=lambda: at + ahead_s))).state

    states = [state(ahead_s) for ahead_s in (-1e9, -900, -60, 900)]
    assert states == ["broken", "warning", "good", "good"]


def test_budgets_that_no_run_fits_under_are_a_warning() -> None:
    wide = Settings(limits=Limits(usd=1), budgets=Budgets(day_usd=Decimal(5)))
    narrow = Settings(limits=Limits(usd=2), budgets=Budgets(tenant_day_usd=Decimal(1)))
    assert one(list(checkup.budgets(wide))).detail == "1 USD a run; day_usd 5"
    assert "tenant_day_usd" in one(list(checkup.budgets(narrow))).detail
    assert one(list(checkup.budgets(narrow))).state == "warning"


@pytest.mark.parametrize(("day", "budgets", "state"), [
    (15, Budgets(day_usd=Decimal(1)), "warning"),
    (14, Budgets(day_usd=Decimal(1)), "good"),
    (14, Budgets(month_usd=Decimal(1)), "warning"),
    (14, Budgets(month_usd=Decimal(2)), "good"),
])  # fmt: skip
def test_a_ceiling_that_is_nearly_reached_is_a_warning(tmp_path: Path, day: int, budgets: Budgets, state: str) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    call, scope = Call("acme", date(2027, 1, day), "run-1", "critic", "openai:m"), Scope("run", "run:acme:run-1", None)
    hold = ledger.reserve(900_000, (scope,), call, now=NOW.timestamp(), hold_s=60)
    assert not isinstance(hold, tuple)
    ledger.settle(hold, Paid(900_000))  # type: ignore[arg-type]
    ledger.close()
    settings = Settings(workspace=tmp_path, budgets=budgets, limits=Limits(usd="0.5"))
    assert one(list(checkup.budgets(settings, now=lambda: NOW))).state == state


def test_who_looks_on_is_told() -> None:
    assert one(list(checkup.observers(Settings()))).detail == "none: nothing leaves the process"
    watched = Settings(observability=Observability(spans=True, log="json"))
    assert one(list(checkup.observers(watched))).detail == "spans, JSON log"


def test_a_secret_that_is_not_there_is_broken_and_one_that_is_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(openai_api_key=SecretStr("secret:env:KEY_OF_THE_TESTS"))
    assert one([c for c in checkup.checks(settings) if c.what == "Secrets"]).state == "broken"
    monkeypatch.setenv("KEY_OF_THE_TESTS", "canary-of-the-doctor")
    found = list(checkup.checks(settings))
    assert one([c for c in found if c.what == "Secrets"]).detail == "1 found: openai_api_key"
    assert "canary" not in repr(found)


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
def test_a_database_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    file = written(tmp_path / "ledger.sqlite", "")
    file.chmod(0o600)
    assert one(list(checkup.rights(settings))).state == "good"
    file.chmod(0o644)
    found = one(list(checkup.rights(settings)))
    assert (found.state, "ledger.sqlite" in found.detail) == ("warning", True)
    assert list(checkup.rights(Settings())) == []


def test_the_database_of_a_workspace_is_told_by_its_revision(tmp_path: Path) -> None:
    settings, file = Settings(workspace=tmp_path), tmp_path / "nexusplanner.sqlite"
    assert list(checkup.database(Settings())) == []
    assert "made when first needed" in one(list(checkup.database(settings))).detail
    assert not file.exists()
    database = Database(file)
    with database.begin():
        pass
    assert one(list(checkup.database(settings))).state == "good"
    for revision, state in (("0001_plans", "warning"), ("9999_later", "broken")):
        with database.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
        found = one(list(checkup.database(settings)))
        assert (found.state, revision in found.detail) == (state, True)
    database.close()


def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    written(tmp_path / "nexusplanner.sqlite", "this is no database, however long it is" * 100)
    assert one(list(checkup.database(Settings(workspace=tmp_path)))).state == "broken"
    with sqlite3.connect(":memory:") as connection:
        connection.execute("SELECT 1")
    connection.close()


def test_a_server_that_does_not_answer_is_broken_and_its_password_is_not_told() -> None:
    url = SecretStr(f"postgresql://me:canary-password@127.0.0.1:{free_port()}/plans")
    found = one(list(checkup.database(Settings(storage=Storage(url=url)))))
    assert found.state == "broken"
    assert "canary" not in repr(found)


@pytest.mark.slow
def test_a_server_that_answers_is_good(postgres: PostgresServer) -> None:
    settings = Settings(storage=Storage(url=postgres.fresh()))
    found = one(list(checkup.database(settings)))
    assert (found.state, "made when first needed" in found.detail) == ("good", True)
