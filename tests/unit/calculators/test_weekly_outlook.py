"""The outlook by week: it only rises, ends in the whole, and follows the money; beyond what was seen, lines say so."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.test_money_adds_up import CURVES, lines

from nexusplanner.calculators import allocate, allocate_by_past, forecast, plan_flights, recompute
from nexusplanner.calculators.curve_band import curve_band
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.weekly_outlook import cumulative_results
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError

LEAN = settings(max_examples=25, deadline=None, derandomize=True)
PERIOD = Period.model_validate({"start": "2027-01-04", "end": "2027-03-28"})


def _weeks(made: Calculation) -> list[dict[str, float]]:
    rows = made.outputs["by_week"]
    assert isinstance(rows, list)
    return [{key: float(str(value)) for key, value in row.items()} for row in rows if isinstance(row, dict)]


@LEAN
@given(st.integers(0, 300_000), st.integers(1, 60), st.integers(0, 5))
def test_weeks_rise_to_the_whole_exactly(total: int, weeks: int, seed: int) -> None:
    made = forecast(
        CURVES, amounts={"tv": Decimal(total), "search": Decimal(total) / 3}, weeks=weeks, target=None, seed=seed
    )
    rows = _weeks(made)
    assert [row["week"] for row in rows] == list(range(1, weeks + 1))
    for quantile in ("p10", "p50", "p90"):
        told = [row[quantile] for row in rows]
        assert told == sorted(told)
        assert told[0] >= 0
        assert told[-1] == made.outputs[quantile]
    assert all(row["p10"] <= row["p50"] <= row["p90"] for row in rows)


@LEAN
@given(
    st.lists(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), min_size=1, max_size=4),
    st.floats(0, 1e6),
    st.integers(1, 20),
)
def test_every_draw_adds_up_whatever_its_noise(results: list[list[float]], deviation: float, weeks: int) -> None:
    drawn = np.array(results)
    paths = cumulative_results(drawn, np.full(drawn.shape, deviation), np.full((3, weeks), 1 / weeks), seed=1)
    assert np.all(np.diff(paths, axis=1) >= 0)
    assert np.all(paths >= 0)
    assert np.array_equal(paths[:, -1], drawn.sum(axis=1))


def test_a_weeks_noise_has_its_share_of_the_periods_variance() -> None:
    """Simulated truth: weeks drawn one by one spread as the taken-apart ones do."""
    draws = np.random.Generator(np.random.PCG64(4))
    weekly = 100.0 + 8.0 * draws.standard_normal((20_000, 10))
    whole = weekly.sum(axis=1, keepdims=True)
    apart = cumulative_results(whole, np.full(whole.shape, 8.0 * np.sqrt(10)), np.full((1, 10), 0.1), seed=2)
    assert np.std(apart, axis=0) == pytest.approx(np.std(np.cumsum(weekly, axis=1), axis=0), rel=0.03)


def test_with_flights_the_weeks_follow_the_money_and_the_whole_stays() -> None:
    split = allocate(CURVES, total=Decimal(60_000), currency="USD", weeks=12)
    flights = plan_flights(split, CURVES, period=PERIOD)
    amounts = {str(line["channel"]): Decimal(str(line["amount"])) for line in lines(split)}
    early = {**flights.outputs}
    rows = early["flights"]
    assert isinstance(rows, list)
    first = [row for row in rows if isinstance(row, dict) and str(row["week"]) < "2027-01-25"]
    early["flights"] = list(first)
    even = forecast(CURVES, amounts=amounts, weeks=12, target=500.0, seed=3)
    front = forecast(
        CURVES,
        amounts=amounts,
        weeks=12,
        target=500.0,
        seed=3,
        flights=flights.model_copy(update={"outputs": early}),
    )
    for key in ("p10", "p50", "p90", "probability_of_target", "by_channel"):
        assert front.outputs[key] == even.outputs[key]
    assert _weeks(front)[2]["p50"] == pytest.approx(_weeks(front)[-1]["p50"])
    assert _weeks(even)[2]["p50"] < 0.5 * _weeks(front)[2]["p50"]
    assert recompute(front) == front.outputs
    assert flights.id in front.explanation


def test_what_are_not_flights_of_these_weeks_is_named() -> None:
    split = allocate(CURVES, total=Decimal(60_000), currency="USD", weeks=12)
    flights = plan_flights(split, CURVES, period=PERIOD)
    with pytest.raises(InputError, match="these are not flights"):
        forecast(CURVES, amounts={"tv": Decimal(1)}, weeks=12, target=None, seed=1, flights=split)
    with pytest.raises(InputError, match="run for more weeks"):
        forecast(CURVES, amounts={"tv": Decimal(1)}, weeks=4, target=None, seed=1, flights=flights)


@pytest.mark.parametrize("split", [allocate, allocate_by_past])
def test_money_beyond_the_most_ever_spent_is_marked(split: object) -> None:
    """Ten times the history's money is beyond every channel's most; a tenth of it is beyond none that has one."""
    assert callable(split)
    known = {name: c.observed.max_spend for name, c in CurveSet.of(CURVES).channels.items()}
    warnings: list[object] = []
    for total in (2_000, 2_000_000):
        made = split(CURVES, total=Decimal(total), currency="USD", weeks=10)
        for line in lines(made):
            most = known[str(line["channel"])]
            assert line["beyond_observed"] == (float(str(line["amount"])) / 10 > most)
            assert bool(line["warnings"]) == line["beyond_observed"]
        warnings = [warning for line in lines(made) for warning in line["warnings"]]  # type: ignore[attr-defined]
        assert made.outputs["warnings"] == warnings
    assert any("times the most it ever spent in a week" in str(warning) for warning in warnings)


def test_a_channel_held_to_an_equal_share_says_so() -> None:
    made = allocate(CURVES, total=Decimal(400_000), currency="USD", weeks=4)
    held = {line["channel"]: line["is_capped"] for line in lines(made)}
    share = {line["channel"]: float(str(line["share"])) for line in lines(made)}
    assert held["podcast"] == (share["podcast"] >= 0.25 - 1e-6)
    assert not any(on for name, on in held.items() if name != "podcast")


def test_a_band_holds_eight_draws_in_ten_and_the_curve() -> None:
    known = CurveSet.of(CURVES).only(("tv",))
    channel = known.channels["tv"]
    spend = np.linspace(0.0, 2 * channel.reference_spend, 9)
    band = curve_band(known.means[0], np.array(channel.log_cov), channel.reference_spend, spend)
    drawn = known.draws(4000, seed=9).column().response(spend[None])[:, 0]
    within = np.mean((drawn >= band[:, 0]) & (drawn <= band[:, 1]), axis=0)
    assert band[0].tolist() == [0.0, 0.0]
    assert within[1:] == pytest.approx(0.8, abs=0.04)
    middle = known.central.column().response(spend[None])[0]
    assert np.all((band[:, 0] <= middle) & (middle <= band[:, 1]))
