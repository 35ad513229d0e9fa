"""Axes must be round and hold every value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.rendering.charts.axis import Scale, spread, ticks


def test_ticks_are_round() -> None:
    assert ticks(1000) == (0, 500, 1000)
    assert ticks(3838) == (0, 1000, 2000, 3000)
    assert ticks(0.9) == (0, 0.5)
    assert ticks(0) == (0,)


@given(st.floats(1e-6, 1e12), st.integers(2, 8))
def test_ticks_rise_from_zero_and_stay_within(maximum: float, count: int) -> None:
    found = ticks(maximum, count)
    assert found[0] == 0
    assert list(found) == sorted(set(found))
    assert found[-1] <= maximum * (1 + 1e-6)
    assert len(found) <= count + 2


@given(st.integers(1, 400), st.integers(1, 12))
def test_spread_chooses_the_first_and_no_more_than_asked(size: int, most: int) -> None:
    found = spread(size, most)
    assert found[0] == 0
    assert len(found) <= most
    assert found[-1] < size


@given(st.floats(-1e9, 1e9), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_scale_keeps_every_value_within(value: float, low: float, high: float) -> None:
    assert 0 <= Scale(high, low=low)(value) <= 1
