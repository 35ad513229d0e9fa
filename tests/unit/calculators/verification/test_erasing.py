"""A plan that a person was erased from is whole: it verifies, keeps its id, and says what was done."""

from __future__ import annotations

import pytest

from nexusplanner.agents.assembly import finished
from nexusplanner.calculators.verification import check_id, check_seal, verify_plan
from nexusplanner.calculators.verification.erasing import NOTE, without_person
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.person import ERASED, Person
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.testing.plans import sample_plan

ANN, BOB = Person.of("ann@example.org"), Person.of("bob@example.org")


QUOTE = "ann@example.org and bob@example.org asked for vinyl."


@pytest.fixture
def plan(sealed_plan: CampaignPlan) -> CampaignPlan:
    """Return a plan that verifies and names two people, in its evidence and in its brief."""
    first, *others = sealed_plan.evidence
    told = first.model_copy(update={"quote": QUOTE, "sha256": sha256_of(QUOTE)})
    asked = {"approvers": ("ann@example.org", "bob@example.org"), "notes": "Ask ann@example.org."}
    brief = sealed_plan.brief.model_copy(update=asked)
    made = finished(sealed_plan.model_copy(update={"brief": brief, "evidence": (told, *others)}), "complete")
    assert verify_plan(made).ok
    return made


def test_a_plan_that_names_nobody_stays_as_it_is(plan: CampaignPlan) -> None:
    assert without_person(plan, Person.of("carla@example.org")) is None


def test_what_named_a_person_is_gone_and_what_names_others_stays(plan: CampaignPlan) -> None:
    left = without_person(plan, ANN)
    assert left is not None
    assert not ANN.is_in(left.to_json())
    assert BOB.is_in(left.to_json())
    assert left.brief.approvers == (ERASED, "bob@example.org")
    assert left.notes[-1] == NOTE
    assert without_person(left, ANN) is None


def test_an_erased_plan_verifies_as_before_and_keeps_its_id(plan: CampaignPlan) -> None:
    left = without_person(plan, ANN)
    assert left is not None
    assert left.id == plan.id
    assert verify_plan(left).ok
    again = CampaignPlan.model_validate_json(left.to_json())
    assert not (*check_seal(again.model_dump(mode="json")), *check_id(again.model_dump(mode="json")))


def test_a_change_by_hand_is_found_in_an_erased_plan_too(plan: CampaignPlan) -> None:
    left = without_person(plan, ANN)
    assert left is not None
    raw = left.model_dump(mode="json") | {"summary": "Something else."}
    assert check_seal(raw)
    assert check_id(raw)


def test_two_people_are_erased_one_after_the_other(plan: CampaignPlan) -> None:
    left = without_person(plan, ANN)
    assert left is not None
    last = without_person(left, BOB)
    assert last is not None
    assert last.notes.count(NOTE) == 1
    assert not check_seal(last.model_dump(mode="json"))
    assert not BOB.is_in(last.to_json())


def test_a_calculation_that_was_given_a_name_is_found_by_what_it_is_given_now() -> None:
    plain = sample_plan()
    made = next(c for c in plain.calculations if "rule" in str(c.inputs) or c.inputs)
    inputs = {**made.inputs, "asked_by": "ann@example.org"}
    named = type(made).record(made.name, made.version, inputs=inputs, outputs=made.outputs)
    text = plain.to_json().replace(made.id, named.id)
    cited = CampaignPlan.model_validate_json(text)
    calculations = tuple(named if c.id == named.id else c for c in cited.calculations)
    left = without_person(finished(cited.model_copy(update={"calculations": calculations}), "complete"), ANN)
    assert left is not None
    assert named.id not in left.to_json()
    erased = next(c for c in left.calculations if c.name == made.name and "asked_by" in c.inputs)
    assert erased.id == type(made).record(made.name, made.version, inputs=erased.inputs, outputs={}).id
    assert erased.id in " ".join((*left.figures.values(), *(c.id for c in left.calculations)))
