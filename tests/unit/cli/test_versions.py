"""``nexusplanner compare``, ``restore`` and ``show --version``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli

IN = ("--workspace", "kept")


@pytest.fixture
def versions(cli: Cli, brief: Path) -> tuple[str, str]:
    """Keep a plan and a version that was made from it."""
    first = json.loads(cli("plan", brief, *IN, "--json").out)["id"]
    second = json.loads(cli("refine", first, "Start a week later", *IN, "--json").out)["id"]
    return first, second


def test_a_version_is_compared_with_the_one_before_a_number_or_an_id(cli: Cli, versions: tuple[str, str]) -> None:
    first, second = versions
    told = cli("compare", second, *IN)
    assert told.code == 0
    assert "brief.period.start: 2027-03-01 -> 2027-03-08" in told.out
    assert cli("compare", second, "1", *IN).out == cli("compare", second, first, *IN).out == told.out
    assert len(cli("compare", second, "--full", *IN).out) > len(told.out)
    found = json.loads(cli("compare", second, "--json", *IN).out)
    assert (found["before"], found["after"]) == (first, second)
    assert cli("compare", second, second, *IN).out == "They plan the same.\n"


def test_a_first_version_is_compared_with_nothing_by_itself(cli: Cli, versions: tuple[str, str]) -> None:
    assert "first version" in cli("compare", versions[0], *IN).error
    assert "there is no such version" in cli("compare", versions[0], "7", *IN).error


def test_two_files_are_compared_without_a_workspace(cli: Cli, plan_json: Path) -> None:
    assert cli("refine", plan_json, "Start a week later", "--out", "next").code == 0
    told = cli("compare", "next/plan.json", plan_json)
    assert told.code == 0
    assert "brief.period.start" in told.out


def test_any_version_is_shown(cli: Cli, versions: tuple[str, str], tmp_path: Path) -> None:
    first, second = versions
    assert json.loads(cli("show", second, "--version", "1", "--json", *IN).out)["id"] == first
    assert json.loads(cli("show", first, "--version", "2", "--json", *IN).out)["id"] == second
    assert cli("show", first, "--version", "3", *IN).code == 2
    cli("show", first, "--out", tmp_path / "files", *IN)
    assert json.loads(cli("show", tmp_path / "files/plan.json", "--version", "2", "--json", *IN).out)["id"] == second
    assert json.loads(cli("show", tmp_path / "files/plan.json", "--version", "1", "--json").out)["id"] == first


def test_an_earlier_version_is_restored_as_the_newest(cli: Cli, versions: tuple[str, str]) -> None:
    first, second = versions
    told = cli("restore", second, "--version", "1", *IN)
    assert told.code == 0
    assert "version 3, complete" in told.out
    again = cli("restore", second, "--version", "2", "--json", "--out", "out", *IN)
    assert json.loads(again.out)["refinement"]["restored"] == second
    assert Path("out/plan.json").is_file()
    assert cli("compare", json.loads(again.out)["id"], second, *IN).out == "They plan the same.\n"
    assert cli("restore", first, "--version", "9", *IN).code == 2
    assert cli("restore", "out/plan.json", "--version", "1", *IN).code == 0
