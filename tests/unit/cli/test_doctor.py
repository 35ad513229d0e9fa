"""``nexusplanner doctor``: what is there, what is missing, and never a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli, written


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
