"""Figures are laid on periods without losing or inventing any."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.history.periods import Periods, gaps_quality

GRID = tuple(date(2024, 1, 1) + timedelta(weeks=n) for n in range(8))
FIGURES = st.floats(0, 1e6)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(GRID), FIGURES), max_size=40))
def test_sums_are_kept_where_every_period_has_a_row(rows: list[tuple[date, float]]) -> None:
    """What is added up by period adds up to the whole; averages stay within their values."""
    full = [*((day, 1.0) for day in GRID), *rows]
    periods = Periods([day for day, _ in full], GRID)
    values = [figure for _, figure in full]
    assert math.isclose(math.fsum(periods.added(values)), math.fsum(values), rel_tol=1e-9)
    assert all(min(values) <= mean <= max(values) + 1e-6 for mean in periods.averaged(values))
    assert gaps_quality(periods, source="x") is None


def test_a_missing_period_takes_the_values_between_its_neighbours() -> None:
    """An unknown outcome is not zero; a flag that nobody raised is down."""
    periods = Periods([GRID[0], GRID[3], GRID[4]], GRID[:5])
    assert periods.added([10.0, 40.0, 7.0]) == pytest.approx((10.0, 20.0, 30.0, 40.0, 7.0))
    assert periods.flagged([1.0, 1.0, 0.0]) == (1.0, 0.0, 0.0, 1.0, 0.0)
    missing = gaps_quality(periods, source="x.csv")
    assert missing is not None
    assert (missing.rows, missing.bad) == (5, 2)
    assert missing.examples[0].reason == ("no usable row for 2024-01-08; the values between its neighbours stand in")
