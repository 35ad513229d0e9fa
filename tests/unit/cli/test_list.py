"""``nexusplanner list``: the plans of a workspace, each tenant its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.calling import Cli


def test_a_kept_plan_is_listed_and_shown_by_its_id(cli: Cli, brief: Path) -> None:
    made = json.loads(cli("plan", brief, "--workspace", "kept", "--json").out)
    listed = cli("list", "--workspace", "kept")
    header, row = listed.out.splitlines()
    assert header.split("\t")[0] == "Plan"
    assert row.split("\t")[0] == made["id"]
    assert json.loads(cli("list", "--workspace", "kept", "--json").out)[0]["id"] == made["id"]
    assert json.loads(cli("show", made["id"], "--workspace", "kept", "--json").out) == made
    assert made["id"] in cli("explain", made["id"], "--workspace", "kept").out


def test_another_tenant_sees_nothing(cli: Cli, brief: Path) -> None:
    made = json.loads(cli("plan", brief, "--workspace", "kept", "--tenant", "acme", "--json").out)
    assert cli("list", "--workspace", "kept").out == ""
    assert cli("list", "--workspace", "kept", "--tenant", "acme").out.count(made["id"]) == 1
    assert cli("show", made["id"], "--workspace", "kept").code == 2
