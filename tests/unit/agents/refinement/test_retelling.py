"""Words of a model stay as they are unless they do not hold any more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.flow.campaigns import everything, planner
from tests.flow.refined import bounded

from nexusplanner import CampaignPlan, Planner
from nexusplanner.agents.assembly import finished
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.proposal import Claim

IDEA = "A wheel of one's own, and the evening to use it."


@pytest.fixture(scope="module")
def planning() -> Iterator[Planner]:
    """Open a planner on the rules rung."""
    with planner(**everything()) as opened:
        yield opened


@pytest.fixture(scope="module")
def written(planning: Planner) -> CampaignPlan:
    """Make a plan whose words another hand wrote: some count, some do not."""
    plan = planning.plan(bounded(), seed=7).plan
    assert plan is not None
    search = next(line for line in plan.budget.lines if line.channel == "search")
    plain = Claim(id="cl-01", text="Beginners wait weeks for a place.", status="assumption")
    counting = Claim(
        id="cl-02",
        text=f"Search gets {search.amount:,.0f} EUR.",
        status="supported",
        evidence=plan.channels[0].evidence,
        calculations=(plan.figures["/budget/total"].partition("#")[0],),
    )
    words = plan.strategy.model_copy(update={"positioning": "Social is where clay looks best.", "big_idea": IDEA})
    channels = tuple(c.model_copy(update={"why": f"{c.channel} because we say so."}) for c in plan.channels)
    hand = {"strategy": words, "claims": (plain, counting), "summary": "All in good time.", "channels": channels}
    return finished(plan.model_copy(update=hand), "complete")


def refined(planning: Planner, plan: CampaignPlan, feedback: str) -> CampaignPlan:
    """Return the next version."""
    version = planning.refine(plan, feedback).plan
    assert version is not None
    assert verify_plan(version).ok
    return version


def test_words_that_count_nothing_stay_when_money_moves(planning: Planner, written: CampaignPlan) -> None:
    version = refined(planning, written, "Move 1,000 EUR from search to email")
    assert version.summary == written.summary
    assert version.strategy.big_idea == IDEA
    assert version.strategy.positioning == written.strategy.positioning
    assert {c.channel: c.why for c in version.channels} == {c.channel: c.why for c in written.channels}
    assert written.claims[0] in version.claims


def test_a_claim_whose_figure_moved_is_told_by_the_rules(planning: Planner, written: CampaignPlan) -> None:
    version = refined(planning, written, "Move 1,000 EUR from search to email")
    assert written.claims[1].text not in [claim.text for claim in version.claims]
    assert len(version.claims) == len(written.claims)
    assert len({claim.id for claim in version.claims}) == len(version.claims)


def test_words_that_name_what_is_gone_are_told_anew(planning: Planner, written: CampaignPlan) -> None:
    version = refined(planning, written, "Drop social")
    assert "social" not in version.strategy.positioning.lower()
    assert version.strategy.big_idea == IDEA


def test_words_that_must_not_be_said_any_more_are_told_anew(planning: Planner, written: CampaignPlan) -> None:
    version = refined(planning, written, "Never say 'in good time'")
    assert "in good time" not in version.summary.lower()
    assert version.strategy.big_idea == IDEA


def test_a_phrase_to_say_is_added_and_the_other_words_stay(planning: Planner, written: CampaignPlan) -> None:
    version = refined(planning, written, 'Always say "Glazed by hand in Leipzig"')
    assert any("Glazed by hand in Leipzig" in pillar.text for pillar in version.strategy.pillars)
    assert version.strategy.pillars[: len(written.strategy.pillars)] == written.strategy.pillars
    assert version.strategy.positioning == written.strategy.positioning
