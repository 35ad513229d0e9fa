"""``nexusplanner resume``: a waiting run is decided by another call, once, by an approver, for its tenant."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.unit.cli.calling import BRIEF, Cli, Outcome, written


@pytest.fixture
def waiting(cli: Cli, tmp_path: Path) -> Outcome:
    """Make a plan that waits for Ada."""
    path = written(tmp_path / "brief.yaml", BRIEF + "approvers: [Ada]\n")
    done = cli("plan", path, "--workspace", "kept")
    assert done.code == 0, done.err
    return done


def _run_of(waiting: Outcome) -> str:
    found = re.search(r"nexusplanner resume (run-\w+) --approve --by Ada --workspace kept", waiting.out)
    assert found, waiting.out
    return found.group(1)


def test_an_approved_plan_is_complete_and_kept(cli: Cli, waiting: Outcome) -> None:
    done = cli("resume", _run_of(waiting), "--approve", "--by", "Ada", "--workspace", "kept", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["status"] == "complete"
    assert [p["status"] for p in json.loads(cli("list", "--workspace", "kept", "--json").out)] == ["complete"]


def test_a_rejected_plan_is_refused_and_its_files_say_so(cli: Cli, waiting: Outcome, tmp_path: Path) -> None:
    done = cli("resume", _run_of(waiting), "--reject", "--reason", "too dear", "--workspace", "kept", "--out", "out")
    assert done.code == 0, done.err
    assert json.loads((tmp_path / "out/plan.json").read_text(encoding="utf-8"))["status"] == "refused"
    assert "Refused" in done.out


def test_a_stranger_cannot_approve(cli: Cli, waiting: Outcome) -> None:
    done = cli("resume", _run_of(waiting), "--approve", "--by", "Eve", "--workspace", "kept")
    assert done.code == 1
    assert "Ada" in done.error


def test_a_run_is_decided_once(cli: Cli, waiting: Outcome) -> None:
    arguments = ("resume", _run_of(waiting), "--approve", "--workspace", "kept")
    assert cli(*arguments).code == 0
    again = cli(*arguments)
    assert again.code == 1
    assert "waits for nothing" in again.error


def test_another_tenant_cannot_decide(cli: Cli, waiting: Outcome) -> None:
    done = cli("resume", _run_of(waiting), "--approve", "--workspace", "kept", "--tenant", "acme")
    assert done.code == 1
    assert done.error


def test_no_decision_is_wrong_usage(cli: Cli, waiting: Outcome) -> None:
    done = cli("resume", _run_of(waiting), "--workspace", "kept")
    assert done.code == 2
    assert "--approve or --reject" in done.error


def test_a_plan_is_approved_with_edits(cli: Cli, waiting: Outcome, tmp_path: Path) -> None:
    options = ("--by", "Ada", "--edit", "Move 1,000 from search to email", "--workspace", "kept", "--out", "out")
    done = cli("resume", _run_of(waiting), "--approve", *options)
    assert done.code == 0, done.err
    plan = json.loads((tmp_path / "out/plan.json").read_text(encoding="utf-8"))
    assert (plan["status"], plan["version"], plan["approval"]["by"]) == ("complete", 2, "Ada")
    assert "with edits: Move 1,000 from search to email" in done.out


def test_edits_that_cannot_be_made_are_told_and_asked_about_again(cli: Cli, waiting: Outcome) -> None:
    done = cli("resume", _run_of(waiting), "--approve", "--edit", "Paint it blue.", "--workspace", "kept")
    assert done.code == 0, done.err
    assert "Not done: Paint it blue" in done.out
    assert _run_of(done) == _run_of(waiting)


def test_an_answer_about_another_content_is_refused(cli: Cli, waiting: Outcome) -> None:
    done = cli("resume", _run_of(waiting), "--approve", "--sha256", "ab", "--workspace", "kept")
    assert done.code == 1
    assert "about another content" in done.error
