"""The audience of a brief: segments by name or by rule, in one shape, told apart."""

from __future__ import annotations

import pytest

from nexusplanner.domain.audience import MAX_SEGMENTS, Audience, AudienceSegment
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError
from nexusplanner.testing.plans import sample_brief

RULE = "SELECT customer_id FROM customer_summary WHERE monetary > 500"


def brief_with(segments: object) -> CampaignBrief:
    plain: JsonObject = sample_brief().model_dump(mode="json", exclude_none=True)
    return CampaignBrief.parse({**plain, "audience": {"segments": segments}})


def test_names_and_rules_stand_side_by_side() -> None:
    brief = brief_with(["VIP", {"name": "Big spenders", "rule": f"  {RULE}  "}])
    assert brief.audience.segments == (
        AudienceSegment(name="VIP"),
        AudienceSegment(name="Big spenders", rule=RULE),
    )
    assert [str(segment) for segment in brief.audience.segments] == ["VIP", "Big spenders"]


def test_a_brief_is_written_as_it_was_given() -> None:
    """A name stays a name, a rule a mapping, and reading it again gives the same brief."""
    given = ["VIP", {"name": "Big spenders", "rule": RULE}]
    brief = brief_with(given)
    written = brief.model_dump(mode="json")
    assert written["audience"]["segments"] == given
    assert CampaignBrief.parse(written) == CampaignBrief.model_validate(brief.model_dump()) == brief
    assert CampaignBrief.model_validate_json(brief.model_dump_json()) == brief


@pytest.mark.parametrize(
    ("segments", "says"),
    [
        ([{"name": "A", "rulle": RULE}], r"audience.segments\[0\].rulle: unknown key. Did you mean 'rule'"),
        ([{"rule": RULE}], r"audience.segments\[0\].name: is missing"),
        ([{"name": "A", "rule": "DROP TABLE customer_summary"}], r"segments\[0\].rule: not a SELECT over"),
        ([{"name": "A", "rule": "SELECT 1"}], r"segments\[0\].rule: not a SELECT over customer_summary"),
        (["A", {"name": "a", "rule": RULE}], "audience.segments: 'A' is named twice"),
        ([""], r"audience.segments\[0\].name: must not be empty"),
        ("A", "audience.segments: must be a list"),
        ([f"s{n}" for n in range(MAX_SEGMENTS + 1)], f"more than the {MAX_SEGMENTS}"),
    ],
)
def test_a_segment_that_cannot_be_is_refused_in_one_line(segments: object, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        brief_with(segments)
    assert "\n" not in str(caught.value)


def test_an_audience_is_built_from_keywords_too() -> None:
    audience = Audience.model_validate({"segments": ("VIP",)})
    assert audience.segments[0].rule is None
