"""Response curves: sane from any rows, close to the truth from good ones, marked where they rest on none."""

from __future__ import annotations

import json

import pytest
from tests.unit.calculators.markets import TRUTH, long_history, wide_history

from nexusplanner.calculators import fit_response_curves, recompute
from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError


@pytest.fixture(scope="module")
def fitted() -> Calculation:
    return fit_response_curves(
        long_history(), channels=(*TRUTH, "podcast"), metric="conversions", implied_unit_cost=None, seed=3
    )


def curve(fitted: Calculation, channel: str) -> dict[str, object]:
    channels = fitted.outputs["channels"]
    assert isinstance(channels, dict)
    found = channels[channel]
    assert isinstance(found, dict)
    return dict(found)


def test_a_channel_with_two_years_of_rows_is_measured_near_its_truth(fitted: Calculation) -> None:
    for name, (_, half, slope, ceiling) in TRUTH.items():
        found = curve(fitted, name)
        assert found["status"] == "measured"
        points = found["points"]
        assert isinstance(points, list)
        spend, response = points[len(points) // 2]
        decay = TRUTH[name][0]
        stock = spend / (1 - decay)
        truth = ceiling * stock**slope / (stock**slope + half**slope)
        assert response == pytest.approx(truth, rel=0.2), name


def test_a_channel_without_rows_borrows_the_pool_and_says_so(fitted: Calculation) -> None:
    found = curve(fitted, "podcast")
    assert found["status"] == "pooled"
    assert found["warnings"]


def test_every_curve_rises_with_spend(fitted: Calculation) -> None:
    for name in (*TRUTH, "podcast"):
        points = curve(fitted, name)["points"]
        assert isinstance(points, list)
        responses = [response for _, response in points]
        assert responses == sorted(responses)
        assert responses[0] >= 0


def test_a_fit_can_be_run_again_from_its_json(fitted: Calculation) -> None:
    copy = Calculation.model_validate(json.loads(fitted.model_dump_json()))
    assert recompute(copy) == fitted.outputs


def test_no_history_assumes_the_implied_cost_and_is_wide() -> None:
    assumed = fit_response_curves(None, channels=("search", "email"), metric="signups", implied_unit_cost=40.0, seed=1)
    for name in ("search", "email"):
        assert curve(assumed, name)["status"] == "assumed"


def test_one_outcome_for_all_channels_is_fitted_jointly() -> None:
    fitted = fit_response_curves(
        wide_history(), channels=tuple(TRUTH), metric="revenue", implied_unit_cost=None, seed=3
    )
    fit = fitted.outputs["fit"]
    assert isinstance(fit, dict)
    assert float(str(fit["r2"])) > 0.8
    assert fitted.outputs["layout"] == "wide"


def test_ten_weeks_still_give_curves() -> None:
    fitted = fit_response_curves(
        long_history(weeks=10), channels=tuple(TRUTH), metric="conversions", implied_unit_cost=None, seed=3
    )
    for name in TRUTH:
        points = curve(fitted, name)["points"]
        assert isinstance(points, list)
        assert points[-1][1] > 0


def test_an_unknown_calculator_is_a_typed_error(fitted: Calculation) -> None:
    with pytest.raises(InputError, match="no such calculator"):
        recompute(fitted.model_copy(update={"name": "astrology"}))
