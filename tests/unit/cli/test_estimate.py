"""``nexusplanner estimate``: a quote, and nothing spent."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli


def test_the_rules_cost_nothing(cli: Cli, brief: Path) -> None:
    done = cli("estimate", brief)
    assert done.code == 0
    assert "no model is called" in done.out
    assert "Calls\t0\t0\t0" in done.out


def test_a_model_is_quoted_without_being_called(cli: Cli, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is closed in tests: a call would fail."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    done = cli("estimate", brief, "--model", "openai:gpt-5-mini", "--json")
    assert done.code == 0, done.err
    quote = json.loads(done.out)
    assert quote["model"] == "openai:gpt-5-mini"
    for span in (quote["calls"], quote["tokens"], quote["usd"]):
        assert 0 < Decimal(span["low"]) <= Decimal(span["likely"]) <= Decimal(span["high"])
    assert "openai:gpt-5-mini, $1 a run at most" in cli("estimate", brief, "--model", "openai:gpt-5-mini").out


def test_a_bad_brief_is_refused(cli: Cli) -> None:
    done = cli("estimate", "absent.yaml")
    assert done.code == 2
    assert "absent.yaml" in done.error
