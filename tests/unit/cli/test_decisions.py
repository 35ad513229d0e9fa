"""``nexusplanner decisions``: the log, on the screen, as JSON and as a file."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli

from nexusplanner import Planner, Settings


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Return a workspace with one plan in it."""
    workspace = tmp_path_factory.mktemp("kept")
    with Planner(settings=Settings(), models=[], workspace=workspace) as planner:
        planner.plan(root / "examples" / "01_cd_retailer" / "brief.yaml", tenant="acme")
    return workspace


def test_decisions_are_listed_narrowed_and_paged(cli: Cli, kept: Path) -> None:
    at = ("--workspace", kept, "--tenant", "acme")
    header, *rows = cli("decisions", *at).out.splitlines()
    assert header.split("\t")[:3] == ["At", "Run", "Agent"]
    critics = cli("decisions", *at, "--agent", "critic").out.splitlines()[1:]
    assert 0 < len(critics) < len(rows)
    assert cli("decisions", *at, "--since", "2000-01-01", "--by", "rules").out.splitlines()[1:] == rows
    assert cli("decisions", *at, "--until", "2000-01-01T10:00+02:00").out == ""
    first = cli("decisions", *at, "--size", "5")
    following = first.err.split("--after ")[1].strip()
    assert cli("decisions", *at, "--after", following).out.splitlines()[1:] == rows[5:]


def test_decisions_are_json_and_a_file_of_json_lines(cli: Cli, kept: Path, tmp_path: Path) -> None:
    at = ("--workspace", kept, "--tenant", "acme")
    steps = json.loads(cli("decisions", *at, "--json").out)["steps"]
    done = cli("decisions", *at, "--run", steps[0]["run"], "--export", "log.jsonl")
    assert done.code == 0
    assert f"{len(steps)} decisions written" in done.err
    file = tmp_path / "log.jsonl"
    assert [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] == steps
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*.part"))


def test_a_file_that_cannot_be_written_and_a_moment_that_is_none_are_told(cli: Cli, kept: Path, tmp_path: Path) -> None:
    at = ("--workspace", kept)
    assert "cannot be written" in cli("decisions", *at, "--export", tmp_path / "none" / "log.jsonl").error
    assert "is no moment" in cli("decisions", *at, "--since", "yesterday").error
    assert "is of no page" in cli("decisions", *at, "--after", "x").error
    assert "No decisions." in cli("decisions", *at).err
    assert cli("decisions").code == 2
