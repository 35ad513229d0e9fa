"""``nexusplanner show``: a plan again, on the screen or on the disk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli

from nexusplanner import CampaignPlan


def test_a_summary_by_default(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    done = cli("show", plan_json)
    assert done.code == 0
    assert made.id in done.out
    assert made.strategy.positioning in done.out
    for line in made.budget.lines:
        assert re.search(rf"^{line.channel}\t\$[\d,.]+\t\d+%", done.out, re.MULTILINE | re.IGNORECASE)


def test_full_is_the_markdown(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    assert cli("show", plan_json, "--full").out == made.to_markdown()


def test_json_is_the_file(cli: Cli, plan_json: Path) -> None:
    assert cli("show", plan_json, "--json").out == plan_json.read_text(encoding="utf-8")


def test_out_writes_the_files_again(cli: Cli, plan_json: Path, tmp_path: Path) -> None:
    done = cli("show", plan_json, "--out", "again")
    assert done.code == 0
    assert (tmp_path / "again/plan.json").read_bytes() == plan_json.read_bytes()
    assert "again/plan.html" in done.out


@pytest.mark.parametrize("name", ["absent.json", "plan-0123456789abcdef"])
def test_a_plan_that_is_not_there_is_wrong_input(cli: Cli, name: str) -> None:
    done = cli("show", name)
    assert done.code == 2
    assert name in done.error
