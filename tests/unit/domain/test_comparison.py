"""A comparison lists every difference, and nothing that is none."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from nexusplanner.domain import comparison as module
from nexusplanner.domain.comparison import Difference, changed, comparable, compare
from nexusplanner.domain.model import JsonObject
from nexusplanner.testing import sample_plan

PLAN = sample_plan()
CHANNELS = ("search", "social", "tv", "radio")


@st.composite
def trees(draw: st.DrawFn) -> JsonObject:
    """Draw what a plan has: rows told apart by one key or two, rows without any, maps, texts."""
    channels = draw(st.lists(st.sampled_from(CHANNELS), unique=True))
    weeks = draw(st.lists(st.tuples(st.sampled_from(CHANNELS), st.integers(1, 3)), unique=True))
    small = st.integers(0, 2)
    return cast(
        JsonObject,
        {
            "summary": draw(st.sampled_from(["", "a", "b"])),
            "lines": [
                {"channel": name, "amount": draw(small), "notes": draw(st.lists(small, max_size=2))}
                for name in channels
            ],
            "flights": [{"channel": name, "week": week, "amount": draw(small)} for name, week in weeks],
            "risks": [{"text": draw(small)} for _ in range(draw(small))],
            "maximum": {name: draw(small) for name in draw(st.lists(st.sampled_from(CHANNELS), unique=True))},
            "baseline": draw(st.none() | small),
        },
    )


@given(trees(), trees())
def test_applied_to_the_one_the_differences_give_the_other(old: JsonObject, new: JsonObject) -> None:
    found = [*module._differing(old, new, ())]
    assert changed(old, found) == new
    assert bool(found) == (old != new)


def test_a_plan_does_not_differ_from_itself_nor_by_how_it_was_made() -> None:
    again = PLAN.model_copy(update={"id": "plan-" + "0" * 16, "version": 9, "cost": PLAN.cost, "seal": {}})
    assert not compare(PLAN, again).differences
    assert compare(PLAN, again).to_text() == ""


def test_a_row_is_told_by_what_it_is_about_wherever_it_stands() -> None:
    lines = [
        line.model_copy(update={"amount": line.amount + 1}) if i == 0 else line
        for i, line in enumerate(PLAN.budget.lines)
    ]
    budget = PLAN.budget.model_copy(update={"lines": (*lines[1:], lines[0])})
    found = compare(PLAN, PLAN.model_copy(update={"budget": budget}))
    name = PLAN.budget.lines[0].channel
    assert [d.place for d in found.differences] == [f"budget.lines.{name}.amount", "budget.lines"]
    assert [d.kind for d in found.differences] == ["changed", "order"]
    assert {d.group for d in found.differences} == {"money"}
    assert found.of("money") == found.differences
    assert "2 differences" in repr(found)


def test_another_run_of_a_calculator_is_no_difference_in_what_cites_it() -> None:
    moved = PLAN.claims[1].model_copy(update={"calculations": ("calc-allocation-00000000", "calc-forecast-00000000")})
    other = PLAN.claims[1].model_copy(update={"calculations": ("calc-allocation-11111111", "calc-forecast-22222222")})
    one, two = (PLAN.model_copy(update={"claims": (claim,)}) for claim in (moved, other))
    assert not compare(one, two).differences


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({"summary": "Otherwise."}, "words"),
        ({"budget": PLAN.budget.model_copy(update={"total": Decimal(1)})}, "money"),
        ({"calendar": PLAN.calendar[1:]}, "dates"),
        ({"segments": PLAN.segments[1:]}, "people"),
        ({"forecast": PLAN.forecast.model_copy(update={"p50": 1.0})}, "results"),
        ({"dissent": ()}, "record"),
    ],
)
def test_each_difference_is_of_a_kind(change: dict[str, object], group: str) -> None:
    assert {d.group for d in compare(PLAN, PLAN.model_copy(update=change)).differences} == {group}


def test_a_place_that_is_not_there_is_said_to_be_so() -> None:
    tree: dict[str, JsonValue] = {"claims": [{"id": "a"}]}
    wrong = Difference(group="words", where=("claims", "b", "text"), before="x", after="y")
    with pytest.raises((LookupError, TypeError, AssertionError)):
        changed(tree, [wrong])


def test_what_is_compared_leaves_out_how_a_version_was_made() -> None:
    assert not module.UNCOMPARED & set(comparable(PLAN))
