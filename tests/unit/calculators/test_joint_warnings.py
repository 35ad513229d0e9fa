"""What is doubtful about a wide history is said, and nothing is said of a sound one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pytest

from nexusplanner.calculators import fit_response_curves, recompute
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory, ChannelSeries

Floats = npt.NDArray[np.float64]
WEEKS = 104
RNG = np.random.default_rng(4)
SPEND = 1000 * RNG.lognormal(0, 0.6, (3, WEEKS))
OUTCOME = 6000 + 0.9 * SPEND.sum(axis=0) + RNG.normal(0, 250, WEEKS)


def fitted(spend: Floats, outcome: Floats, *, weekly_budget: float | None = None) -> Calculation:
    history = ChannelHistory(
        source="wide.csv",
        layout="wide",
        cadence="weekly",
        dates=tuple(date(2023, 1, 2) + timedelta(weeks=t) for t in range(outcome.size)),
        channels={f"c{i}": ChannelSeries(spend=tuple(row)) for i, row in enumerate(spend)},
        outcome_name="revenue",
        outcome=tuple(outcome),
    )
    return fit_response_curves(
        history, channels=(), metric="revenue", implied_unit_cost=None, seed=1, weekly_budget=weekly_budget
    )


def told(made: Calculation) -> list[str]:
    warnings = made.outputs["warnings"]
    assert isinstance(warnings, list)
    return [str(warning) for warning in warnings]


def test_sound_rows_raise_no_warning() -> None:
    assert told(fitted(SPEND, OUTCOME, weekly_budget=3000.0)) == []


def test_a_channel_that_others_add_up_to_is_named() -> None:
    """No pair is collinear, the four together are."""
    mixed = np.concatenate([SPEND, SPEND.sum(axis=0, keepdims=True)])
    assert any("c3 adds up from that of other channels" in w for w in told(fitted(mixed, OUTCOME)))


def test_few_rows_for_many_channels_are_named() -> None:
    assert any("20 weeks for 3 channels" in w for w in told(fitted(SPEND[:, :20], OUTCOME[:20])))


def test_a_budget_beyond_all_weeks_is_named() -> None:
    most = float(SPEND.sum(axis=0).max())
    assert any("never shows more than" in w for w in told(fitted(SPEND, OUTCOME, weekly_budget=2 * most)))


def test_media_that_bring_more_than_everything_are_named() -> None:
    """Returns are more than sales in most weeks: no baseline is left to stand on."""
    assert any("Media bring" in w for w in told(fitted(SPEND, OUTCOME - 7000)))


def test_an_outcome_with_gaps_is_named() -> None:
    patchy = np.where(np.arange(WEEKS) % 4 == 0, 0.0, OUTCOME)
    assert any("The outcome is nothing in 26 of 104 weeks" in w for w in told(fitted(SPEND, patchy)))


def test_a_break_is_named_with_its_week() -> None:
    """The level rises by a quarter in the 61st week."""
    broken = OUTCOME + 2200 * (np.arange(WEEKS) >= 60)
    said = [w for w in told(fitted(SPEND, broken)) if "change its level" in w]
    assert said
    near = date.fromisoformat(said[0].split("week ")[1].split(";")[0])
    assert abs((near - (date(2023, 1, 2) + timedelta(weeks=60))).days) <= 28


def test_residuals_that_follow_each_other_are_named() -> None:
    wandering = OUTCOME + np.cumsum(np.random.default_rng(2).normal(0, 400, WEEKS))
    assert any("follows itself from week to week" in w for w in told(fitted(SPEND, wandering)))


def test_a_week_set_aside_is_named() -> None:
    slipped = OUTCOME.copy()
    slipped[10] *= 8
    assert any("set aside: week 2023-03-13" in w for w in told(fitted(SPEND, slipped)))


def test_the_fit_tells_its_quality_and_can_be_run_again() -> None:
    """The hold-out beats the mean of the weeks before, and media have about their true share."""
    made = fitted(SPEND, OUTCOME)
    fit = made.outputs["fit"]
    assert isinstance(fit, dict)
    holdout = fit["holdout"]
    assert isinstance(holdout, dict)
    assert holdout["weeks"] == 20
    assert float(str(holdout["mape"])) < float(str(holdout["naive_mape"]))
    assert float(str(fit["media_share"])) == pytest.approx(0.35, abs=0.15)
    assert recompute(made) == made.outputs
