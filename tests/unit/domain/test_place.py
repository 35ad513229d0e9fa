"""Places: dotted paths for people, pointers for figures, and the nearest where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.place import as_dotted, as_pointer, nearest

TREE: JsonObject = {"budget": {"lines": [{"amount": "1.00"}], "total": "1.00"}, "forecast": {"p50": 1.0}}


@given(st.lists(st.from_regex(r"[a-z_]{1,8}", fullmatch=True) | st.integers(0, 99), min_size=1, max_size=6))
def test_dotted_paths_and_pointers_are_the_same_places(steps: list[str | int]) -> None:
    pointer = "".join(f"/{step}" for step in steps)
    assert as_pointer(as_dotted(pointer)) == pointer


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("budget.lines[0].amont", "budget.lines[0].amount"),
        ("budget.lines[7].amount", "budget.lines[0]"),
        ("budgets.total", "budget"),
        ("forecast.p50.low", "forecast.p50"),
        ("zzz", "budget.lines[0].amount"),
        ("", "budget.lines[0].amount"),
    ],
)
def test_the_nearest_place_is_one_that_exists(place: str, near: str) -> None:
    assert nearest(TREE, as_pointer(place)) == near
