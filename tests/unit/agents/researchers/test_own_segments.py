"""The brief's own segments find their rule in the data, or the plan says that they do not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.agents.kiln import BRIEF, TODAY

from nexusplanner.agents.researchers import CustomerResearcher
from nexusplanner.agents.researchers.own_segments import rules_of
from nexusplanner.domain.audience import Audience
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.errors import InputError
from nexusplanner.ports import Findings
from nexusplanner.testing.crm import InMemoryCRM, Order, Person

RULE = "SELECT customer_id FROM customer_summary WHERE monetary > 25"
CRM = InMemoryCRM(
    [Order("c1", date(2026, 1, 5), Decimal(20)), Order("c2", date(2026, 6, 5), Decimal(30))],
    [Person("c1", segment="VIP"), Person("c2", segment="O'Hara's")],
)


def brief(*segments: object) -> CampaignBrief:
    return BRIEF.model_copy(update={"audience": Audience.model_validate({"segments": segments})})


async def gathered(*segments: object) -> Findings:
    return await CustomerResearcher(CRM).gather(brief(*segments), tenant="default", today=TODAY)


def test_a_name_is_a_label_whatever_its_case_and_a_rule_is_itself() -> None:
    segments = brief("vip", "o'hara's", {"name": "Spenders", "rule": RULE}, "champions").audience.segments
    assert rules_of(segments, ["VIP", "O'Hara's"]) == {
        "VIP": "SELECT customer_id FROM customer_summary WHERE segment = 'VIP'",
        "O'Hara's": "SELECT customer_id FROM customer_summary WHERE segment = 'O''Hara''s'",
        "Spenders": RULE,
    }


async def test_rules_and_labels_are_measured() -> None:
    found = await gathered("vip", {"name": "Spenders", "rule": RULE}, "O'Hara's", "Lapsed buyers")
    assert found.customers is not None
    assert {rule.name: rule.size for rule in found.customers.measured.rules} == {"VIP": 1, "Spenders": 1, "O'Hara's": 1}
    assert [(o.a, o.b, o.size) for o in found.customers.measured.overlaps] == [("Spenders", "O'Hara's", 1)]
    assert found.notes == ()


async def test_a_brief_without_segments_measures_none() -> None:
    found = await gathered()
    assert found.customers is not None
    assert found.customers.measured.rules == ()


async def test_what_is_not_in_the_data_is_said() -> None:
    found = await gathered("Campions", {"name": "Nobody", "rule": f"{RULE} AND r < 0"})
    unknown, empty = found.notes
    assert "'Campions'" in unknown
    assert "perhaps 'Champions'" in unknown
    assert "'Nobody'" in empty


async def test_a_rule_that_does_not_run_is_an_error_of_the_brief() -> None:
    """One line names the field and the segment."""
    broken = {"name": "Big ones", "rule": RULE.replace("monetary", "moneytary")}
    with pytest.raises(InputError, match=r"brief: audience.segments: the rule of 'Big ones' does not run") as caught:
        await gathered("VIP", broken)
    assert "\n" not in str(caught.value)
