"""The command line with a model on the wire: to its end, and with the server killed half way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.flow.replies import Said, completion, noted, speaker
from tests.unit.cli.calling import BRIEF, written

import nexusplanner as package
from nexusplanner import CampaignBrief, CampaignPlan, Planner, Settings
from nexusplanner.testing.openai_server import OpenAIServer

pytestmark = pytest.mark.slow

MODEL = "openai:gpt-5-mini"
KILLED_AFTER = 7


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a brief that needs no data."""
    return written(tmp_path_factory.mktemp("brief") / "brief.yaml", BRIEF)


@pytest.fixture(scope="module")
def by_rules(brief: Path) -> tuple[CampaignPlan, Sequence[Said]]:
    """Plan it on the rules."""
    with Planner(settings=Settings(), models=[]) as planner:
        return noted(planner, CampaignBrief.load(brief))


def nexusplanner(server: OpenAIServer, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command in a process and folder of its own."""
    environment = {
        **os.environ,
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": "sk-test",
        "PYTHONPATH": str(Path(package.__file__).parents[1]),
    }
    command = [sys.executable, "-m", "nexusplanner", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=240)


def planned(server: OpenAIServer, brief: Path, folder: Path) -> tuple[CampaignPlan, str]:
    """Plan with the model, check that the plan verifies, and return it with what was printed."""
    done = nexusplanner(server, folder, "plan", str(brief), "--model", MODEL, "--limit-usd", "100", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "Unclosed" not in done.stderr
    verified = nexusplanner(server, folder, "verify", "out/plan.json")
    assert verified.returncode == 0, verified.stdout
    return CampaignPlan.load(folder / "out" / "plan.json"), done.stdout


def wrote(plan: CampaignPlan, rung: str) -> set[str]:
    """Name the sections that a rung wrote."""
    return {p.section for p in plan.provenance if p.rung == rung}


def test_a_model_on_the_wire_writes_the_whole_plan(
    brief: Path, by_rules: tuple[CampaignPlan, Sequence[Said]], tmp_path: Path
) -> None:
    """Every section but the numbers is the model's, and the screen says so."""
    rules, said = by_rules
    speak = speaker(said)
    with OpenAIServer(lambda body: completion(speak(body))) as server:
        plan, told = planned(server, brief, tmp_path)
    assert (plan.status, plan.degraded, server.refused) == ("complete", (), [])
    assert wrote(plan, "rules") == set()
    assert {p.model for p in plan.provenance if p.rung == "model"} == {MODEL}
    assert (plan.strategy, plan.budget, plan.summary) == (rules.strategy, rules.budget, rules.summary)
    assert "Written by the rules" not in told


def test_a_server_killed_half_way_leaves_a_whole_plan_that_names_what_the_rules_wrote(
    brief: Path, by_rules: tuple[CampaignPlan, Sequence[Said]], tmp_path: Path
) -> None:
    """Nothing listens any more after some requests: ``degraded``, provenance and screen name each section."""
    rules, said = by_rules
    speak = speaker(said)
    with OpenAIServer(lambda body: completion(speak(body))) as server:
        server.close_after(KILLED_AFTER)
        plan, told = planned(server, brief, tmp_path)
    by_rule = wrote(plan, "rules")
    assert plan.status == "degraded"
    assert "summary" in by_rule
    assert wrote(plan, "model"), "some of it was written before the server went"
    assert {section for section in by_rule if "strategy" not in section} <= {loss.part for loss in plan.degraded}
    assert (plan.strategy, plan.budget, plan.summary) == (rules.strategy, rules.budget, rules.summary)
    (line,) = (line for line in told.splitlines() if line.startswith("Written by the rules: "))
    assert set(line.removeprefix("Written by the rules: ").removesuffix(".").split(", ")) == by_rule
