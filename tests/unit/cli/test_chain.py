"""The chain: every link is there, and it ends where the numbers come from."""

from __future__ import annotations

from nexusplanner import CampaignPlan
from nexusplanner.cli.chain import Step, chain_of


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


def _lines(step: Step) -> list[str]:
    return [step.title, *step.lines, *(line for below in step.below for line in _lines(below))]
