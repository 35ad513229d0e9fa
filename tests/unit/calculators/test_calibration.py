"""Widths follow how earlier forecasts did, slowly, and never without having been asked."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calculators.reported import campaign, curves, miss

from nexusplanner.calculators import forecast, what_if
from nexusplanner.calculators.calibration import calibration_factor, distance, told, widened
from nexusplanner.calculators.carry_over import carried_money, with_carry_over
from nexusplanner.calculators.curve import Curves
from nexusplanner.domain.learned import Learned


def test_forecasts_of_which_nothing_is_known_stay_as_they_are() -> None:
    assert calibration_factor(()) == 1.0


@pytest.mark.parametrize("z", [1.0, -1.0])
def test_a_forecast_off_by_just_a_deviation_changes_nothing(z: float) -> None:
    assert calibration_factor([miss(z)]) == pytest.approx(1.0)


def test_one_surprise_moves_little_and_many_as_far_as_they_say() -> None:
    once = calibration_factor([miss(3.0)])
    often = calibration_factor([miss(3.0 * (-1) ** n, outcome=f"out-{n}") for n in range(40)])
    assert 1.0 < once < 1.4
    assert 2.5 < often <= 3.0


def test_easy_campaigns_narrow_it_a_little() -> None:
    assert calibration_factor([miss(0.0, outcome=f"out-{n}") for n in range(50)]) == 0.75


def test_all_channels_of_a_campaign_count_as_one() -> None:
    """They share its luck."""
    few = [miss(2.0, channel="a")]
    many = [miss(2.0, channel=name) for name in "abcdefgh"]
    assert calibration_factor(few) == pytest.approx(calibration_factor(many))


@given(st.floats(-3.9, 3.9), st.floats(0.75, 3.0))
def test_a_distance_is_that_of_the_forecast_before_it_was_widened(z: float, factor: float) -> None:
    """Else each outcome would be judged by the correction that the ones before had made."""
    assert distance(miss(z, factor=factor)) == pytest.approx(z, abs=1e-9)


def test_where_a_result_fell_is_told() -> None:
    (row,) = told([miss(0.0)])
    assert isinstance(row, dict)
    assert row["pit"] == pytest.approx(0.5)


def test_a_wider_forecast_keeps_its_middle() -> None:
    drawn = np.random.default_rng(1).gamma(9.0, 10.0, (500, 3))
    wide = widened(drawn, 2.0)
    assert np.median(wide, axis=0) == pytest.approx(np.median(drawn, axis=0))
    assert np.all(wide >= 0)
    assert widened(drawn, None) is drawn


def test_what_was_missed_widens_the_next_forecast_and_the_what_if() -> None:
    rows = (campaign("search"),)
    calm, missed = (curves(learned=Learned(rows=rows, misses=m)) for m in ((), tuple(miss(3.0) for _ in range(9))))
    amounts = {"search": Decimal(9_000), "tv": Decimal(20_000)}
    spans, swept = [], []
    for fitted in (calm, missed):
        outlook = forecast(fitted, amounts=amounts, weeks=10, target=None, seed=5).outputs
        spans.append(float(str(outlook["p90"])) - float(str(outlook["p10"])))
        sweep = what_if(fitted, total=Decimal(30_000), currency="USD", weeks=10, target=None, seed=5).outputs["points"]
        point = cast("list[dict[str, object]]", sweep)[0]
        swept.append(float(str(point["p90"])) - float(str(point["p10"])))
    factor = float(str(missed.outputs["calibration"]))
    assert factor > 1.5
    assert spans[1] / spans[0] == pytest.approx(factor, rel=0.02)
    assert swept[1] / swept[0] == pytest.approx(factor, rel=0.02)


def test_what_runs_already_carries_over() -> None:
    """Half of each week's stock is the next week's: 100 a week before a campaign of none leave 50, 25, 12.5."""
    curve = Curves(
        decay=np.array([[0.5]]),
        half_saturation=np.array([[1e9]]),
        slope=np.array([[1.0]]),
        ceiling=np.array([[1e9]]),
    )
    total, spread = with_carry_over(curve, np.array([200.0]), np.array([100.0]), weeks=3, power=1.0)
    assert total[0, 0] == pytest.approx((200 - 50) + (200 - 25) + (200 - 12.5), rel=1e-4)
    assert spread == pytest.approx(total)
    same, _ = with_carry_over(curve, np.array([200.0]), np.array([200.0]), weeks=3, power=1.0)
    assert same[0, 0] == pytest.approx(600.0, rel=1e-4)


def test_a_channel_of_which_nothing_is_known_runs_as_it_will() -> None:
    assert carried_money({"tv": 5.0}, ("tv", "radio"), np.array([7.0, 9.0])) == pytest.approx([5.0, 9.0])


def test_a_campaign_after_silence_brings_less_than_one_that_goes_on() -> None:
    rows = (campaign("tv", money=2500.0),)
    expected = []
    for before in (0.0, 2500.0, 6000.0):
        fitted = curves(learned=Learned(rows=rows, carried={"tv": before}))
        told_ = forecast(fitted, amounts={"tv": Decimal(10_000)}, weeks=4, target=None, seed=5)
        expected.append(float(str(told_.outputs["p50"])))
    assert expected[0] < expected[1] < expected[2]
