"""The application: help, usage, and what importing it loads."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.unit.cli.calling import Cli

VERBS = ("plan", "verify", "show", "explain", "list", "resume", "estimate", "costs", "doctor")


def test_help_names_every_verb(cli: Cli) -> None:
    done = cli("--help")
    assert done.code == 0
    for verb in VERBS:
        assert f" {verb} " in done.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(cli: Cli, verb: str) -> None:
    done = cli(verb, "--help")
    assert done.code == 0
    assert f"nexusplanner {verb}" in done.out


@pytest.mark.parametrize("arguments", [("plam",), ("plan",), ("plan", "a", "b"), ("plan", "--nope"), ("verify",)])
def test_wrong_usage_is_one_line_that_points_to_help(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "--help" in done.error


def test_no_argument_shows_help(cli: Cli) -> None:
    done = cli()
    assert done.code == 2
    assert "Usage: nexusplanner" in done.out + done.err


def test_version(cli: Cli) -> None:
    assert cli("--version").out.startswith("nexusplanner 0.")


def test_help_loads_nothing_heavy() -> None:
    """``--help`` answers at once, as each verb imports what it needs when it is called."""
    code = (
        "import sys; from nexusplanner.cli.app import run; run(['plan', '--help']);"
        "heavy = {'pydantic_settings', 'langgraph', 'langchain_core', 'duckdb', 'chromadb', 'numpy', 'openai'};"
        "print('loaded', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nexusplanner", "verify", "absent.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: absent.json")
    assert done.stderr.count("\n") == 1
