"""Channels that brought next to nothing: their silence counts, and they never upset the others."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import exp, isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.markets import long_history

from nexusplanner.calculators import allocate, fit_response_curves, forecast
from nexusplanner.calculators.scarce_results import scarce_level
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory, ChannelSeries

WEEKLY = 500.0


def fitted(results: list[float], *, metric: Metric = "conversions") -> Calculation:
    """Fit three good channels beside ``leaflets``, which spent evenly and brought ``results``."""
    weeks = len(results)
    history = long_history(weeks=weeks)
    leaflets = ChannelSeries(spend=(WEEKLY,) * weeks, conversions=tuple(results))
    whole = history.model_copy(update={"channels": {**history.channels, "leaflets": leaflets}})
    return fit_response_curves(whole, channels=(), metric=metric, implied_unit_cost=None, seed=1)


def leaflets(curves: Calculation) -> dict[str, object]:
    channels = curves.outputs["channels"]
    assert isinstance(channels, dict)
    found = channels["leaflets"]
    assert isinstance(found, dict)
    return dict(found)


@pytest.mark.parametrize("weeks", [10, 60])
@pytest.mark.parametrize("total", [0, 1, 3, 4])
def test_a_channel_that_brought_next_to_nothing_is_expected_to_bring_little(weeks: int, total: int) -> None:
    curves = fitted([1.0] * total + [0.0] * (weeks - total))
    assert leaflets(curves)["status"] == "pooled"
    assert f"leaflets brought {total} conversions in {weeks} weeks" in str(leaflets(curves)["warnings"])
    told = forecast(curves, amounts={"leaflets": Decimal(str(WEEKLY * weeks))}, weeks=weeks, target=None, seed=1)
    assert float(str(told.outputs["p50"])) <= total + 2
    assert float(str(told.outputs["p90"])) <= 3 * (total + 2)


@pytest.mark.parametrize("total", [0, 1, 2, 4, 6, 12])
def test_it_gets_next_to_no_money_and_the_others_keep_theirs(total: int) -> None:
    curves = fitted([1.0] * total + [0.0] * (20 - total))
    lines = allocate(curves, total=Decimal(60_000), currency="EUR", weeks=10).outputs["lines"]
    assert isinstance(lines, list)
    shares = {str(row["channel"]): float(str(row["share"])) for row in lines if isinstance(row, dict)}
    assert shares.get("leaflets", 0.0) < 0.05
    assert len(shares) >= 3


def test_where_every_channel_is_scarce_they_are_fitted_as_they_are() -> None:
    weeks = tuple(date(2025, 1, 6) + timedelta(weeks=i) for i in range(12))
    series = {
        name: ChannelSeries(spend=(100.0,) * 12, conversions=(1.0, *[0.0] * 11)) for name in ("posters", "leaflets")
    }
    history = ChannelHistory(source="few.csv", layout="long", cadence="weekly", dates=weeks, channels=series)
    curves = fit_response_curves(history, channels=(), metric="conversions", implied_unit_cost=None, seed=1)
    assert leaflets(curves)["status"] == "measured"


@given(
    results=st.floats(0, 1e4),
    spent=st.floats(1, 1e9),
    centre=st.floats(-12, 3),
    spread=st.floats(0.2, 2),
)
def test_the_level_left_lies_between_the_pools_and_the_rows(
    results: float, spent: float, centre: float, spread: float
) -> None:
    level, doubt = scarce_level(centre, spread, spent=spent, results=results, size=1.0)
    assert isfinite(level)
    assert doubt >= 0
    if results >= 1:
        rows = results / spent
        low, high = sorted((rows, exp(centre)))
        assert low * exp(-3 * max(spread, doubt, 1 / results)) <= exp(level) <= high * exp(3 * max(spread, doubt))


values = st.sampled_from([0.0, 0.0, 1e-6, 0.4, 1.0, 37.0, 5e3, 2e7])


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(values, values, values, values), min_size=1, max_size=30),
    metric=st.sampled_from(["conversions", "revenue", "visits"]),
)
def test_whatever_the_rows_every_curve_is_finite_and_rises(rows: list[tuple[float, ...]], metric: Metric) -> None:
    columns = list(zip(*rows, strict=True))
    dates = tuple(date(2025, 1, 6) + timedelta(weeks=i) for i in range(len(rows)))
    series = {
        name: ChannelSeries(spend=spend, conversions=brought, revenue=brought, clicks=brought)
        for name, spend, brought in (("posters", columns[0], columns[1]), ("leaflets", columns[2], columns[3]))
    }
    history = ChannelHistory(source="odd.csv", layout="long", cadence="weekly", dates=dates, channels=series)
    curves = fit_response_curves(history, channels=(), metric=metric, implied_unit_cost=20.0, seed=1)
    channels = curves.outputs["channels"]
    assert isinstance(channels, dict)
    for found in channels.values():
        assert isinstance(found, dict)
        points = found["points"]
        assert isinstance(points, list)
        responses = [float(str(point[1])) for point in points if isinstance(point, list)]
        assert all(isfinite(r) and r >= 0 for r in responses)
        assert responses == sorted(responses)
