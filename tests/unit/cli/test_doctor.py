"""``nexusplanner doctor``: what is there, what is missing, and never a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.unit.cli.calling import Cli, written

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.migrations import migrate, revisions


def test_this_installation_is_sound(cli: Cli) -> None:
    done = cli("doctor")
    assert done.code == 0, done.out
    for what in ("Python", "Packages", "SQLite", "Prompts", "Models: rules", "Embeddings", "Workspace", "Time zones"):
        assert what in done.out


def test_keys_are_told_to_be_there_and_never_shown(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    done = cli("doctor", "--json")
    told = {check["what"]: check["detail"] for check in json.loads(done.out)}
    assert told["OpenAI key"] == "set"
    assert told["Models"].startswith("openai:gpt-5-mini, then rules")
    assert told["Embeddings"].startswith("openai:")
    assert "very-secret" not in done.out + done.err


def test_the_database_is_told_with_its_revision_and_left_as_it_is(cli: Cli, tmp_path: Path) -> None:
    assert "good     Database: nexusplanner.sqlite, made when" in cli("doctor", "--workspace", "kept").out
    assert not (tmp_path / "kept").exists()
    database = Database(tmp_path / "kept" / "nexusplanner.sqlite")
    with database.begin() as connection:
        migrate(connection, "base")
        migrate(connection, revisions()[0])
    database.close()
    assert f"Database: nexusplanner.sqlite is at revision {revisions()[0]}" in cli("doctor", "--workspace", "kept").out
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    database.close()
    done = cli("doctor", "--workspace", "kept")
    assert done.code == 1
    assert "broken   Database: nexusplanner.sqlite is at revision 9999_later" in done.out
    written(tmp_path / "kept" / "nexusplanner.sqlite", "no database, but a text that is long enough to be read as one")
    assert "broken   Database: nexusplanner.sqlite cannot be used" in cli("doctor", "--workspace", "kept").out


def test_a_server_that_is_not_there_is_broken_and_its_password_not_shown(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEXUSPLANNER_STORAGE__URL", "postgresql://anna:hunter2@127.0.0.1:1/db?connect_timeout=1")
    done = cli("doctor")
    assert done.code == 1
    assert "broken   Database: The PostgreSQL database cannot be used" in done.out
    assert "hunter2" not in done.out + done.err


def test_wrong_settings_are_broken(cli: Cli, tmp_path: Path) -> None:
    written(tmp_path / "nexusplanner.toml", "sead = 1\n")
    done = cli("doctor")
    assert done.code == 1
    assert "broken   Settings: nexusplanner.toml" in done.out


def test_a_model_of_no_provider_is_broken(cli: Cli, tmp_path: Path) -> None:
    written(tmp_path / "nexusplanner.toml", 'models = ["acme:large"]\n')
    done = cli("doctor")
    assert done.code == 1
    assert "acme:large" in done.out
