"""``nexusplanner refine``: feedback in, the next version out, and what was refused."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.calling import Cli

from nexusplanner import CampaignPlan


def test_a_kept_plan_is_refined_by_its_id(cli: Cli, brief: Path) -> None:
    made = json.loads(cli("plan", brief, "--workspace", "kept", "--json").out)
    done = cli(
        "refine", made["id"], "Move 1,000 USD from search to email. Spend less on social.", "--workspace", "kept"
    )
    assert done.code == 0
    assert "Move 1,000.00 USD from search" in done.out
    assert "Refused" in done.out
    assert "“Spend less on social”" in done.out
    assert "budget.lines.search.amount" in done.out
    assert "version 2, complete" in done.out
    rows = cli("list", "--workspace", "kept").out.splitlines()
    assert [row.split("\t")[1] for row in rows] == ["Version", "2", "1"]


def test_a_plan_of_a_file_is_refined_without_a_workspace(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    done = cli("refine", plan_json, "Start a week later", "--json", "--out", "out")
    assert done.code == 0
    plan = json.loads(done.out)
    assert (plan["version"], plan["refinement"]["parent"]) == (2, made.id)
    assert CampaignPlan.load("out/plan.json").id == plan["id"]
    assert "Run from" in done.err
    assert cli("verify", "out/plan.json").code == 0


def test_where_nothing_can_be_done_it_exits_with_1_and_says_why(cli: Cli, plan_json: Path) -> None:
    done = cli("refine", plan_json, "Drop radio", "--out", "out")
    assert done.code == 1
    assert "Nothing was changed" in done.out
    assert "No channel or segment is called 'radio'" in done.out
    assert not Path("out").exists()


def test_wrong_input_is_one_line_and_exit_2(cli: Cli, plan_json: Path) -> None:
    assert cli("refine", plan_json, "  ").code == 2
    assert cli("refine", "plan-0123456789abcdef", "Drop radio").code == 2
    forged = json.loads(plan_json.read_text())
    forged["summary"] = "Everything is free."
    plan_json.write_text(json.dumps(forged))
    assert "changed by hand" in cli("refine", plan_json, "Start a week later").error
