"""Dates lie on a grid of days or weeks, or are refused."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.history.grid import cadence_of, grid_of
from nexusplanner.errors import InputError

START = date(2024, 1, 1)


def after(*days: int) -> list[date]:
    return [START + timedelta(days=n) for n in days]


@settings(max_examples=50)
@given(st.sampled_from([("daily", 1), ("weekly", 7)]), st.sets(st.integers(2, 50), max_size=30))
def test_a_grid_has_every_period_once(kind: tuple[str, int], steps: set[int]) -> None:
    """From the first date to the last, each one step on, with every date in it."""
    cadence, step = kind
    dates = after(0, step, *(step * n for n in steps))
    assert cadence_of(dates, source="x") == cadence
    grid = grid_of(dates, "daily" if step == 1 else "weekly", source="x")
    assert {(b - a).days for a, b in pairwise(grid)} == {step}
    assert (grid[0], grid[-1]) == (min(dates), max(dates))
    assert set(dates) <= set(grid)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ((0,), "fewer than two dates"),
        ((0, 31, 60), "are 29 days apart"),
        ((0, 28, 56), "are 28 days apart"),
        ((0, 7, 13, 20), "2024-01-08 and 2024-01-14 are 6 days apart"),
        ((0, 7, 14, 22), "are 8 days apart"),
        ((0, 14, 28), "are 14 days apart"),
        ((0, 1, 2, 500), "nothing stands between 2024-01-03 and 2025-05-15"),
        ((0, *range(1, 400, 300), *range(400, 10_500, 300)), "more than 10,000 periods"),
    ],
)
def test_what_is_no_grid_is_refused(days: tuple[int, ...], says: str) -> None:
    """The two dates that break it are named."""
    dates = after(*days)
    with pytest.raises(InputError) as caught:
        grid_of(dates, cadence_of(dates, source="x.csv"), source="x.csv")
    assert str(caught.value).startswith("x.csv: date: ")
    assert says in str(caught.value)
