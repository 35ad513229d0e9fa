"""``nexusplanner verify``: what was checked is counted, and what fails is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli, written


def test_a_plan_that_adds_up_is_counted_and_passes(cli: Cli, plan_json: Path) -> None:
    done = cli("verify", plan_json)
    assert done.code == 0, done.out
    lines = done.out.splitlines()
    figures, citations, numbers = (int(line.split()[0]) for line in lines[:3])
    assert min(figures, citations, numbers) > 0
    assert lines[3:] == ["0 failed"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("budget", "lines", 0, "amount"), "1.00"),
        (("forecast", "p50"), 1.5),
        (("objective", "target"), "1201"),
        (("seed",), 8),
        (("budget", "lines", 0, "share"), 7.0),
    ],
)
def test_a_changed_number_fails_and_is_named(
    cli: Cli, plan_json: Path, tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    tree = json.loads(plan_json.read_text(encoding="utf-8"))
    here = tree
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    done = cli("verify", written(tmp_path / "changed.json", json.dumps(tree)))
    assert done.code == 1
    named = [line for line in done.out.splitlines() if line.startswith("/" + "/".join(map(str, path)) + ":")]
    assert named, done.out
    assert any(f"found {value}" in line for line in named) or path == ("budget", "lines", 0, "share"), named


def test_json_is_the_report(cli: Cli, plan_json: Path) -> None:
    report = json.loads(cli("verify", plan_json, "--json").out)
    assert report["failures"] == []
    assert report["figures_recomputed"] > 0


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"id": NaN}', '{"id": 1, "id": 2}'])
def test_a_file_that_is_no_json_object_is_wrong_input(cli: Cli, tmp_path: Path, text: str) -> None:
    done = cli("verify", written(tmp_path / "plan.json", text))
    assert done.code == 2
    assert "plan.json" in done.error
