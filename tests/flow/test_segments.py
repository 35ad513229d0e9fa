"""A brief's own segments go through a whole plan: addressed, counted once, and verified."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.flow.campaigns import brief, planner

from nexusplanner import CampaignPlan, InputError
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.audience import Audience
from nexusplanner.testing.crm import InMemoryCRM, Order, Person

SPENDERS = {"name": "Spenders", "rule": "SELECT customer_id FROM customer_summary WHERE monetary > 250"}
LOYAL = {"name": "Loyal", "rule": "SELECT customer_id FROM customer_summary WHERE frequency >= 3"}


def crm() -> InMemoryCRM:
    """Return 900 customers, nearly all of whom may be written to, some of them labelled."""
    orders = [
        Order(f"c{n}", date(2026, 10, 20) - timedelta(days=(5 * n + 61 * k) % 600), Decimal(40 + (n * 37) % 160))
        for n in range(900)
        for k in range(1 + n % 4)
    ]
    labels = ("club", None, "trade")
    people = [Person(f"c{n}", has_email=True, consent_email=n % 9 > 0, segment=labels[n % 3]) for n in range(900)]
    return InMemoryCRM(orders, people, currency="EUR")


def planned(*segments: object) -> CampaignPlan:
    audience = Audience.model_validate({"regions": ["DE"], "segments": segments})
    with planner(crm=crm()) as planning:
        plan = planning.plan(brief().model_copy(update={"audience": audience}), seed=3).plan
    assert plan is not None
    return plan


def test_the_plan_addresses_the_segments_of_the_brief_and_verifies() -> None:
    """Rules, a label and a built-in segment: each with a rule that counts its size again."""
    plan = planned(SPENDERS, LOYAL, "Club", "Newcomers")
    assert {segment.name for segment in plan.segments} == {"Spenders", "Loyal", "club", "Newcomers"}
    customers = crm()
    for segment in plan.segments:
        assert asyncio.run(customers.count(segment.rule, tenant="default")) == segment.size > 0
        assert segment.expected_purchases is not None
        assert segment.expected_purchases > 0
    report = verify_plan(plan)
    assert not report.failures, report.failures
    assert verify_plan(CampaignPlan.model_validate_json(plan.model_dump_json())).failures == ()


def test_the_papers_show_what_segments_should_bring() -> None:
    plan = planned(SPENDERS)
    assert "Expected, next year" in plan.to_markdown()
    assert "Expected, next year" in plan.to_html()


def test_nobody_in_two_segments_is_tested_twice() -> None:
    """The audience of the experiment is at most everyone who is in any of the segments and can be reached."""
    plan, customers = planned(SPENDERS, LOYAL), crm()
    either = "SELECT customer_id FROM customer_summary WHERE (monetary > 250 OR frequency >= 3) AND consent_email"
    reachable = asyncio.run(customers.count(either, tenant="default"))
    assert sum(segment.contactable for segment in plan.segments) > reachable
    size = plan.calculation("experiment_size")
    assert size is not None
    assert size.outputs["audience"] == reachable


def test_a_rule_that_does_not_run_ends_the_run_before_anything_is_planned() -> None:
    with pytest.raises(InputError, match=r"audience\.segments: the rule of 'Wrong' does not run"):
        planned({"name": "Wrong", "rule": "SELECT customer_id FROM customer_summary WHERE nothing = 1"})


def test_a_name_that_nobody_knows_is_noted_and_the_usual_segments_are_addressed() -> None:
    plan = planned("People of taste")
    assert plan.segments
    assert all(segment.id.startswith("seg-") and "own" not in segment.id for segment in plan.segments)
    assert any("'People of taste'" in note for note in plan.notes)
