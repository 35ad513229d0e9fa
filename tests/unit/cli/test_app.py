"""The application: help, usage, and what importing it loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli

from nexusplanner import Planner, Settings

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


def test_where_roles_were_granted_the_command_line_says_who_acts(
    cli: Cli, brief: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Planner(workspace="kept", settings=Settings()) as planner:
        planner.tenant("acme").grant("olga", "owner")
        planner.tenant("acme", user="olga").grant("vera", "viewer")
    of = ("--workspace", "kept", "--tenant", "acme")
    assert "not permitted" in cli("plan", brief, *of).error
    assert "not permitted to 'vera'" in cli("--user", "vera", "plan", brief, *of).error
    made = json.loads(cli("--user", "olga", "plan", brief, *of, "--json").out)
    monkeypatch.setenv("NEXUSPLANNER_USER", "vera")
    assert made["id"] in cli("list", *of).out
    noted = json.loads(cli("--user", "olga", "audit", *of, "--json").out)
    of_runs = {note["action"]: json.loads(note["payload"])["actor"] for note in noted if note["action"][:4] == "run."}
    assert of_runs == {"run.started": "olga", "run.finished": "olga"}


def test_a_name_that_is_none_is_one_line(cli: Cli) -> None:
    assert "no name of a user" in cli("--user", " ", "list", "--workspace", "kept").error
