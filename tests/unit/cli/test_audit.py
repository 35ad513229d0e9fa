"""``nexusplanner audit``: the log is listed, verified and exported; what was changed is found and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.calling import BRIEF, Cli, written


@pytest.fixture
def kept(cli: Cli, tmp_path: Path) -> str:
    """Make a workspace with a plan that waits; return its run."""
    done = cli("plan", written(tmp_path / "brief.yaml", BRIEF + "approvers: [Ada]\n"), "--workspace", "kept")
    assert done.code == 0, done.err
    return str(json.loads(cli("audit", "--workspace", "kept", "--json").out)[0]["subject"])


def test_it_is_listed_oldest_first_and_of_one_run_alone(cli: Cli, kept: str) -> None:
    head, *rows = cli("audit", "--workspace", "kept").out.splitlines()
    assert head.split("\t") == ["No.", "When", "Who", "What", "To what"]
    assert [row.split("\t")[3] for row in rows] == ["run.started", "decision.asked", "run.waiting"]
    rows = cli("audit", "list", "--subject", kept, "--last", "1", "--workspace", "kept").out.splitlines()[1:]
    assert [row.split("\t")[3:] for row in rows] == [["run.waiting", kept]]


def test_a_workspace_where_nothing_was_noted_says_so(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = cli("audit", "--workspace", "empty")
    assert (done.code, done.out) == (0, "")
    assert "Nothing was noted" in done.err


def test_it_is_exported_and_verified_without_the_workspace(cli: Cli, kept: str, tmp_path: Path) -> None:
    done = cli("audit", "export", "log.jsonl", "--workspace", "kept")
    head = done.out.splitlines()[-1]
    assert "4 entries" in done.out
    (tmp_path / "kept").rename(tmp_path / "elsewhere")
    done = cli("audit", "verify", "log.jsonl", "--head", head)
    assert done.code == 0, done.err
    assert f"intact: 4 entries, head {head}" in done.out


def test_a_changed_file_and_a_changed_workspace_are_found(cli: Cli, kept: str, tmp_path: Path) -> None:
    assert cli("audit", "verify", "--workspace", "kept").code == 0
    cli("audit", "export", "log.jsonl", "--workspace", "kept")
    log = tmp_path / "log.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace("run.started", "run.resumed"), encoding="utf-8")
    done = cli("audit", "verify", "log.jsonl")
    assert done.code == 1
    assert "was changed: entry 1" in done.out
    done = cli("audit", "verify", "log.jsonl", "--json")
    assert done.code == 1
    assert json.loads(done.out)["faults"][0]["seq"] == 1
    done = cli("audit", "verify", "--workspace", "kept", "--head", "9:" + "0" * 64)
    assert done.code == 1
    assert "the end was cut off" in done.out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("audit", "verify", "nowhere.jsonl"), "nowhere.jsonl: cannot be read"),
        (("audit", "export", "--workspace", "."), "no file was named"),
        (("audit", "mend", "--workspace", "."), "not something that audit does"),
        (("audit", "verify", "brief.yaml"), "not an audit log"),
    ],
)
def test_wrong_usage_is_one_clear_line(cli: Cli, tmp_path: Path, arguments: tuple[str, ...], problem: str) -> None:
    written(tmp_path / "brief.yaml", BRIEF)
    done = cli(*arguments)
    assert done.code == 2
    assert problem in done.error
