"""``nexusplanner outcome`` and ``lessons``: what came, what was learnt, and taking a lesson back."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from tests.unit.cli.calling import Cli, written


def reported(plan: dict[str, object], path: Path) -> Path:
    """Write weeks that brought half more than was expected."""
    budget = plan["budget"]
    assert isinstance(budget, dict)
    lines = ["date,channel,spend,conversions"]
    for line in budget["lines"]:
        for week in range(8):
            day = date(2027, 3, 1) + timedelta(weeks=week)
            lines.append(f"{day},{line['channel']},{float(line['amount']) / 8},{1.5 * line['expected'] / 8}")
    return written(path, "\n".join(lines) + "\n")


def test_an_outcome_is_reported_listed_and_withdrawn(cli: Cli, brief: Path, tmp_path: Path) -> None:
    made = json.loads(cli("plan", brief, "--workspace", "kept", "--json").out)
    rows = reported(made, tmp_path / "outcome.csv")
    told = cli("outcome", made["id"], rows, "--workspace", "kept")
    assert told.code == 0
    assert told.out.startswith("Outcome out-")
    assert "Widths of forecasts are multiplied by" in told.out
    again = json.loads(cli("outcome", made["id"], rows, "--workspace", "kept", "--json").out)
    assert again["is_known"] is True
    header, first, *_ = cli("lessons", "--workspace", "kept").out.splitlines()
    assert header.split("\t")[0] == "Lesson"
    lesson = first.split("\t")[0]
    assert cli("lessons", "withdraw", lesson, "--workspace", "kept").out.startswith("Withdrawn: ")
    status = {row["id"]: row["status"] for row in json.loads(cli("lessons", "--workspace", "kept", "--json").out)}
    assert status[lesson] == "withdrawn"
    assert cli("lessons", "withdraw", "les-0", "--workspace", "kept").code == 2
    assert "No lessons" in cli("lessons", "--workspace", "kept", "--tenant", "other").err


def test_an_outcome_needs_a_workspace_and_a_plan(cli: Cli, tmp_path: Path) -> None:
    rows = written(tmp_path / "outcome.csv", "date,channel,spend,conversions\n2027-03-01,tv,1,1\n")
    assert "needs a workspace" in cli("outcome", "plan-0000000000000000", rows).error
    (tmp_path / "kept").mkdir()
    assert cli("outcome", "plan-0000000000000000", rows, "--workspace", "kept").code == 2
