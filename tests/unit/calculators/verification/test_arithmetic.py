"""Sums, shares, bounds, dates and orders that do not hold are named."""

from __future__ import annotations

import json

import pytest
from tests.unit.calculators.verification.test_report import put

from nexusplanner.calculators.verification import check_arithmetic
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan


def test_a_plan_that_adds_up_has_no_failure(sealed_plan: CampaignPlan) -> None:
    assert check_arithmetic(sealed_plan) == ()


@pytest.mark.parametrize(
    ("pointer", "value", "where", "problem"),
    [
        ("/budget/contingency", "6000.01", "/budget/total", "add up"),
        ("/budget/contingency", "6000.001", "/budget/contingency", "multiple"),
        ("/brief/budget/amount", "130000", "/budget/total", "brief's budget"),
        ("/budget/currency", "EUR", "/budget/currency", "brief's"),
        ("/budget/lines/0/share", 0.9, "/budget/lines", "add up to 1"),
        ("/budget/lines/0/share", 0.9, "/budget/lines/0/share", "amount / spent"),
        ("/budget/flights/0/amount", "1.00", "/budget/lines/{first_flight}/amount", "flights"),
        ("/budget/flights/0/channel", "tv", "/budget/flights/0/channel", "no budget line"),
        ("/budget/flights/0/week", "2025-01-01", "/budget/flights/0/week", "outside"),
        ("/brief/channels/minimum/email", "110000", "/budget/lines/{email}/amount", "below the brief's minimum"),
        ("/brief/channels/maximum", {"email": "5001"}, "/budget/lines/{email}/amount", "above the brief's maximum"),
        ("/brief/channels/excluded", ["tv"], "", ""),
        ("/brief/channels/allowed", ["email"], "/budget/lines/{paid_search}/channel", "does not allow"),
        ("/channels/0/channel", "tv", "/channels/0/channel", "no budget line"),
        ("/channels/0/audience/0", "seg-none", "/channels/0/audience/0", "no segment"),
        ("/strategy/angles/0/segment", "seg-none", "/strategy/angles/0/segment", "no segment"),
        ("/calendar/0/date", "2025-03-08", "/calendar/0/end", "before its beginning"),
        ("/calendar/0/end", "2026-03-08", "/calendar/0/end", "outside"),
        ("/calendar/1/depends_on/0", 9, "/calendar/1/depends_on/0", "no other activity"),
        ("/calendar/0/depends_on", [1], "/calendar/0/depends_on/0", "begins later"),
        ("/forecast/p10", 1e9, "/forecast", "out of order"),
        ("/objective/probability_of_target", 1.5, "/objective/probability_of_target", "no probability"),
        ("/objective/target", "1", "/objective/target", "brief's"),
        ("/objective/metric", "leads", "/objective/metric", "brief's"),
        ("/segments/0/contactable", 10**6, "/segments/0/contactable", "more can be reached"),
        ("/segments/0/size", 10**6, "/segments/0/size", "more than all"),
    ],
)
def test_what_does_not_hold_is_named(
    sealed_plan: CampaignPlan, pointer: str, value: object, where: str, problem: str
) -> None:
    tree: JsonObject = json.loads(sealed_plan.to_json())
    place = where.format(**_lines(sealed_plan))
    failures = check_arithmetic(CampaignPlan.model_validate(put(tree, pointer, value)))
    if place:
        assert [f for f in failures if problem in f.problem and f.where == place]
    else:
        assert failures == ()


def _lines(plan: CampaignPlan) -> dict[str, int]:
    """Number the lines by channel: which got more money is not what is tested."""
    numbers = {line.channel: i for i, line in enumerate(plan.budget.lines)}
    return {**numbers, "first_flight": numbers[plan.budget.flights[0].channel]}
