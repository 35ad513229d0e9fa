"""Compliance: each rule's answer follows from the plan's own channels, consent and audience."""

from __future__ import annotations

import pytest

from nexusplanner.calculators import check_compliance, recompute
from nexusplanner.domain.brief import Rule
from nexusplanner.testing.plans import sample_brief

CASES = [
    ("gdpr", ("tv",), (), 0, False, "not_applicable"),
    ("gdpr", ("email",), ("email",), 0, False, "action_needed"),
    ("gdpr", ("email",), ("email",), 0, True, "action_needed"),
    ("gdpr", ("email",), ("email",), 500, True, "met"),
    ("gdpr", ("paid_social",), (), 0, True, "action_needed"),
    ("eprivacy", ("display",), (), 0, True, "action_needed"),
    ("eprivacy", ("email",), ("email",), 500, True, "met"),
    ("can_spam", ("tv",), (), 0, True, "not_applicable"),
    ("can_spam", ("email",), ("email",), 500, True, "action_needed"),
    ("casl", ("sms",), ("sms",), 500, True, "met"),
    ("ccpa", ("tv",), (), 0, True, "not_applicable"),
    ("ccpa", ("email", "display"), ("email",), 9, True, "action_needed"),
    ("ftc_endorsement", ("influencer",), (), 0, True, "action_needed"),
    ("ftc_endorsement", ("tv",), (), 0, True, "not_applicable"),
]


@pytest.mark.parametrize(("rule", "channels", "direct", "contactable", "has_consent", "status"), CASES)
def test_a_rule_is_judged_by_the_plans_facts(
    rule: Rule, channels: tuple[str, ...], direct: tuple[str, ...], contactable: int, has_consent: bool, status: str
) -> None:
    brief = sample_brief().model_copy(update={"compliance": (rule,)})
    made = check_compliance(brief, channels=channels, direct=direct, contactable=contactable, has_consent=has_consent)
    checks = made.outputs["checks"]
    assert isinstance(checks, list)
    (found,) = checks
    assert isinstance(found, dict)
    assert (found["rule"], found["status"]) == (rule, status)
    assert found["detail"]
    assert recompute(made) == made.outputs


@pytest.mark.parametrize(("category", "status"), [("toys", "action_needed"), ("office chairs", "not_applicable")])
def test_an_offering_for_children_needs_a_parents_consent(category: str, status: str) -> None:
    brief = sample_brief()
    brief = brief.model_copy(
        update={
            "compliance": ("coppa",),
            "offering": brief.offering.model_copy(update={"category": category}),
        }
    )
    checks = check_compliance(brief, channels=("tv",), has_consent=True).outputs["checks"]
    assert isinstance(checks, list)
    assert [c["status"] for c in checks if isinstance(c, dict)] == [status]
