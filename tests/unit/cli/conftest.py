"""A command line to call, a brief and data to call it with, and one plan that was really made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.unit.cli.calling import BRIEF, Cli, Outcome, history_csv, written

from nexusplanner import CampaignPlan, Planner, Settings
from nexusplanner.cli.app import run


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of the test's own, without keys or settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in tuple(os.environ):
        if name.startswith(("NEXUSPLANNER_", "OPENAI_", "AWS_")):
            monkeypatch.delenv(name)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Call the command line in this process."""

    def call(*arguments: str | Path) -> Outcome:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    """Write a brief of three channels."""
    return written(tmp_path / "brief.yaml", BRIEF)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write sixty weeks of three channels."""
    return written(tmp_path_factory.mktemp("data") / "history.csv", history_csv())


@pytest.fixture(scope="session")
def made(history: Path, tmp_path_factory: pytest.TempPathFactory) -> CampaignPlan:
    """Make one plan through the real graph."""
    path = written(tmp_path_factory.mktemp("brief") / "brief.yaml", BRIEF)
    with Planner(history=f"csv:{history}", settings=Settings()) as planner:
        plan = planner.plan(path, seed=7).plan
    assert plan is not None
    return plan


@pytest.fixture
def plan_json(made: CampaignPlan, tmp_path: Path) -> Path:
    """Write the plan's plan.json."""
    return written(tmp_path / "plan.json", made.to_json())
