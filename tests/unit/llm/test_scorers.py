"""Scores: each yardstick measures what it says, poor answers are mended once, the rules are never refused."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.llm.asking import GIVEN, MADE_UP, Said, ask, request

from nexusplanner.errors import ProviderError
from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.graders import ByCode
from nexusplanner.llm.request import Usage
from nexusplanner.llm.scored import Scored
from nexusplanner.llm.scorers import Citations, Length, Mark, Numbers, Phrases, Repetition, Scorer, score_of
from nexusplanner.llm.scorers.phrases import Wording
from nexusplanner.testing import sample_plan
from nexusplanner.testing.scripted import ScriptedModel

ONE = Usage(1, 10, 5, Decimal("0.01"))
GOOD_TEXT = "Old records find new listeners in every town by the sea."
BAN = Phrases(lambda task, inputs: Wording(must_say=("records", "sea"), never_say=("cheap",)))


def marked(scorer: Scorer, text: str, *evidence: str) -> float | None:
    """Mark a text."""
    mark = scorer.mark(request(), Said(text=text, evidence=evidence))
    return mark.points if mark else None


@pytest.mark.parametrize(
    ("text", "points"),
    [("Records by the sea.", 1.0), ("RECORDS alone.", 0.5), ("Nothing.", 0.0), ("Cheap records, by the sea.", 0.0)],
)
def test_phrases_must_be_said_or_never(text: str, points: float) -> None:
    assert marked(BAN, text) == points


def test_where_no_phrase_applies_nothing_is_marked() -> None:
    assert marked(Phrases(lambda task, inputs: Wording()), "Anything.") is None


@pytest.mark.parametrize(
    ("evidence", "points"), [((), None), ((GIVEN,), 1.0), ((GIVEN, MADE_UP), 0.5), ((MADE_UP,), 0.0)]
)
def test_citations_must_lead_somewhere(evidence: tuple[str, ...], points: float | None) -> None:
    assert marked(Citations(), "So it is.", *evidence) == points


@pytest.mark.parametrize(("words", "points"), [(0, 0.0), (5, 0.5), (10, 1.0), (20, 1.0), (40, 0.5)])
def test_length_falls_off_outside_its_bounds(words: int, points: float) -> None:
    assert marked(Length({"test.ask": (10, 20)}), "word " * words) == points


def test_numbers_need_a_source() -> None:
    """A figure of the brief has one, a number out of the air has none."""
    from nexusplanner.calculators.verification import FigurePool

    plan = sample_plan()
    pool = FigurePool.of(plan.brief, plan.evidence, plan.calculations)
    total = plan.budget.total
    assert marked(Numbers(lambda inputs: pool), f"It costs {total:,} in all.") == 1.0
    assert marked(Numbers(lambda inputs: pool), "It brings 98,765,431 in all.") == 0.0
    assert marked(Numbers(lambda inputs: pool), "No number here.") is None
    assert marked(Numbers(lambda inputs: None), "It brings 98,765,431.") is None


def test_what_is_said_twice_or_by_a_sibling_is_marked_down() -> None:
    fresh = "Quite another thing is said in this one."
    assert marked(Repetition(), f"{GOOD_TEXT} {fresh}") == 1.0
    assert marked(Repetition(), f"{GOOD_TEXT} {GOOD_TEXT}") == 0.5
    assert marked(Repetition(lambda inputs: [Said(text=GOOD_TEXT)]), f"{GOOD_TEXT} {fresh}") == 0.5
    assert marked(Repetition(), "Too short.") is None


class _Fixed:
    def __init__(self, points: float) -> None:
        self._points = points

    def mark(self, request: object, value: object) -> Mark:
        return Mark(self._points, f"It has {self._points}.")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_a_score_lies_between_the_lowest_mark_and_the_mean(points: list[float]) -> None:
    """And names the gravest reason first."""
    score = score_of(request(), Said(text="x"), [_Fixed(p) for p in points])
    mean = sum(points) / len(points)
    assert min(points) - 1e-4 <= score.total <= mean + 1e-4
    assert score.reasons[0] == f"It has {min(points)}."


def test_an_answer_that_nothing_measures_is_whole() -> None:
    assert score_of(request(), Said(text="x"), []).total == 1.0


def test_a_good_answer_passes_with_its_score() -> None:
    model = ScriptedModel({"test.ask": [Said(text="Records by the sea.")]}, usage=ONE)
    answer = ask(Scored(model, ByCode([BAN])))
    assert (answer.score, answer.usage) == (1.0, ONE)


def test_a_poor_answer_is_mended_once_and_both_calls_are_paid() -> None:
    model = ScriptedModel(
        {"test.ask": [Said(text="Cheap records, by the sea."), Said(text="Records by the sea.")]}, usage=ONE
    )
    answer = ask(Scored(model, ByCode([BAN])))
    assert (answer.value.text, answer.score, answer.usage) == ("Records by the sea.", 1.0, ONE + ONE)


def test_a_poor_answer_twice_goes_to_the_next_rung_with_the_reason() -> None:
    poor = ScriptedModel({"test.ask": [Said(text="Cheap."), Said(text="Still cheap.")]}, name="poor", usage=ONE)
    rules = ScriptedModel({"test.ask": [Said(text="Nothing.")]}, name="rules")
    answer = ask(Fallback(Scored(poor, ByCode([BAN])), Scored(rules, ByCode([BAN]), floor=0)))
    assert (answer.rung, answer.score) == ("rules", 0.0)
    assert "'cheap', which must never be said" in answer.lost[0]


def test_what_was_paid_for_a_refused_answer_is_told() -> None:
    poor = ScriptedModel({"test.ask": [Said(text="Cheap."), Said(text="Still cheap.")]}, usage=ONE)
    with pytest.raises(ContentRefusedError) as refused:
        asyncio.run(Scored(poor, ByCode([BAN])).answer(request()))
    assert isinstance(refused.value, ProviderError)
    assert refused.value.usage == ONE + ONE


@pytest.mark.parametrize("floor", [-0.1, 1.1])
def test_a_floor_that_is_no_share_is_told(floor: float) -> None:
    with pytest.raises(ValueError, match="within 0 and 1"):
        Scored(ScriptedModel({}), ByCode([]), floor=floor)
