"""Cards in notebooks must be small, tell the head figures and escape every word."""

from __future__ import annotations

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import to_brief_notebook, to_notebook
from nexusplanner.testing.plans import sample_brief, sample_plan


def test_a_plan_shows_its_money_odds_and_channels() -> None:
    plan = sample_plan()
    card = plan._repr_html_()
    for told in ("First Light", "$120,000", f"{plan.objective.probability_of_target:.0%}", "Paid search", "33%"):
        assert told in card
    assert len(card) < 8_000


def test_a_brief_shows_what_is_asked() -> None:
    card = to_brief_notebook(sample_brief())
    for told in ("First Light", "$120,000", "3,600 conversions", "Harbour Lane Coffee by post, $24", "70 days"):
        assert told in card


def test_no_word_becomes_html(naughty_plans: tuple[CampaignPlan, ...]) -> None:
    calm = to_notebook(sample_plan()).count("<")
    for plan in naughty_plans:
        assert to_notebook(plan).count("<") == calm
        assert "<script" not in to_brief_notebook(plan.brief).lower()


def test_a_plan_that_waits_says_so() -> None:
    assert "Not yet approved" in to_notebook(sample_plan(status="needs_approval"))
