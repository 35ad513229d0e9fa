"""``nexusplanner explain``: from a place to the calculation, from there to the evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli

from nexusplanner import CampaignPlan
from nexusplanner.domain.explanation import Explanation


@pytest.mark.parametrize("place", ["budget.lines[0].amount", "/budget/lines/0/amount", "budget.lines.0.amount"])
def test_a_figure_leads_to_its_calculation_its_source_and_its_rows(
    cli: Cli, plan_json: Path, made: CampaignPlan, place: str
) -> None:
    done = cli("explain", plan_json, place)
    chosen = made.figures["/budget/lines/0/amount"].partition("#")[0]
    curves = made.calculation("response_curves")
    assert curves is not None
    lines = [line.strip() for line in done.out.splitlines()]
    assert lines[0] == f"budget.lines[0].amount = {made.budget.lines[0].amount}"
    assert f"answers lines[0].amount = {made.budget.lines[0].amount}" in lines
    assert f"computed by {chosen} (allocation, version 1)" in lines
    assert f"builds on {curves.id} (response_curves, version {curves.version})" in lines
    assert any("read from history.csv" in line for line in lines)


def test_a_place_that_is_not_there_names_the_nearest(cli: Cli, plan_json: Path) -> None:
    done = cli("explain", plan_json, "budget.lines[0].amont")
    assert done.code == 2
    assert "'budget.lines[0].amount'" in done.error


def test_the_choice_of_the_proposal_is_told(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    done = cli("explain", plan_json, "choice")
    assert done.code == 0
    assert "proposal was chosen" in done.out.splitlines()[0]
    assert made.debate.reason in done.out


def test_a_chain_is_written_as_mermaid_and_as_json(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    claim = made.claims[0].id
    assert cli("explain", plan_json, claim, "--format", "mermaid").out == made.explain(claim).to_mermaid()
    told = cli("explain", plan_json, claim, "--format", "json").out
    assert Explanation.model_validate_json(told) == made.explain(claim)


def test_an_overview_has_no_format(cli: Cli, plan_json: Path) -> None:
    done = cli("explain", plan_json, "--format", "json")
    assert done.code == 2
    assert "--format" in done.error
