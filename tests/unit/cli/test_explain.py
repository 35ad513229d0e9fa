"""``nexusplanner explain``: from a place to the calculation, from there to the evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cli.calling import Cli

from nexusplanner import CampaignPlan
from nexusplanner.cli.chain import Step, chain_of
from nexusplanner.cli.place import as_dotted, as_pointer


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
    assert f"{chosen} (allocation, version 1)" in lines
    assert f"{curves.id} (response_curves, version {curves.version})" in lines
    assert any("from history.csv" in line for line in lines)


def test_every_bound_figure_has_a_chain_that_ends_at_the_same_number(made: CampaignPlan) -> None:
    for pointer in made.figures:
        step = chain_of(made, pointer)
        (calculation,) = step.below
        told = step.title.split(" = ")[1]
        assert calculation.lines[0].startswith("answers ")
        assert float(calculation.lines[0].split(" = ")[1]) == float(told)


def test_a_claim_leads_to_the_quotes_it_cites(made: CampaignPlan) -> None:
    claim = next(c for c in made.claims if c.evidence)
    told = "\n".join(_lines(chain_of(made, claim.id)))
    for evidence in (e for e in made.evidence if e.id in claim.evidence):
        assert evidence.id in told
        assert evidence.quote[:100] in told


def test_evidence_says_who_used_it(made: CampaignPlan) -> None:
    claim = next(c for c in made.claims if c.evidence)
    told = chain_of(made, claim.evidence[0]).lines[-1]
    assert told.startswith("used by ")
    assert claim.id in told


def test_a_changed_quote_is_told(made: CampaignPlan) -> None:
    first = made.evidence[0]
    forged = made.model_copy(update={"evidence": (first.model_copy(update={"quote": "other"}), *made.evidence[1:])})
    assert any("was changed" in line for line in chain_of(forged, first.id).lines)


def test_a_calculator_is_found_by_name_the_chosen_run_first(made: CampaignPlan) -> None:
    chosen = made.figures["/budget/lines/0/amount"].partition("#")[0]
    assert chain_of(made, "allocation").title == f"{chosen} (allocation, version 1)"


def test_a_section_goes_before_a_calculator_of_its_name(made: CampaignPlan) -> None:
    assert chain_of(made, "forecast").title.startswith("forecast = ")


def test_the_brief_is_its_own_source(made: CampaignPlan) -> None:
    assert chain_of(made, "objective.target").lines == ("as the brief says",)


def test_words_name_their_author_and_what_they_cite(made: CampaignPlan) -> None:
    step = chain_of(made, "strategy.positioning")
    assert any("written by rules" in line for line in step.lines)


def test_every_place_of_a_plan_can_be_explained(made: CampaignPlan) -> None:
    """No section falls over, whatever it holds."""
    for key in made.model_dump(mode="json"):
        assert chain_of(made, key).title.startswith(f"{key} = ")


def test_a_place_that_is_not_there_names_the_nearest(cli: Cli, plan_json: Path) -> None:
    done = cli("explain", plan_json, "budget.lines[0].amont")
    assert done.code == 2
    assert "'budget.lines[0].amount'" in done.error


def test_without_a_place_an_overview(cli: Cli, plan_json: Path, made: CampaignPlan) -> None:
    done = cli("explain", plan_json)
    for calculation in made.calculations:
        assert f"{calculation.id}\t" in done.out
    for part in made.provenance:
        assert part.section in done.out


@given(st.lists(st.from_regex(r"[a-z_]{1,8}", fullmatch=True) | st.integers(0, 99), min_size=1, max_size=6))
def test_dotted_paths_and_pointers_are_the_same_places(steps: list[str | int]) -> None:
    pointer = "".join(f"/{step}" for step in steps)
    assert as_pointer(as_dotted(pointer)) == pointer


def _lines(step: Step) -> list[str]:
    return [step.title, *step.lines, *(line for below in step.below for line in _lines(below))]
