"""Channels that share one outcome: the fit does not depend on units or order, and survives awkward rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.joint_fit import JointFit, JointRows, fit_jointly

Floats = npt.NDArray[np.float64]


def market(seed: int, *, channels: int = 3, weeks: int = 60) -> tuple[Floats, Floats]:
    """Draw spend of shape (channels, weeks) and the outcome that saturated, carried-over spend brings."""
    rng = np.random.default_rng(seed)
    spend = 1000 * rng.lognormal(0, 0.7, (channels, weeks))
    carried = spend.copy()
    for t in range(1, weeks):
        carried[:, t] = 0.6 * spend[:, t] + 0.4 * carried[:, t - 1]
    worth = rng.uniform(1.0, 4.0, (channels, 1))
    media = (worth * carried / (1 + carried / 2000)).sum(axis=0)
    outcome: Floats = 3 * media.mean() + media + rng.normal(0, 0.05 * media.mean(), weeks)
    return spend, outcome


def fit(spend: Floats, outcome: Floats, *, train: int | None = None) -> JointFit:
    none = np.zeros((0, outcome.size))
    reference = spend.sum(axis=1) / np.maximum((spend > 0).sum(axis=1), 1)
    return fit_jointly(
        JointRows(spend=spend, outcome=outcome, reference=reference, controls=none, events=none), train=train
    )


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-3, 100.0, 1e6]), weeks=st.sampled_from([12, 30, 60]))
def test_units_of_money_and_outcome_change_nothing_but_themselves(seed: int, factor: float, weeks: int) -> None:
    """Cents or millions: shapes are the same, and the response moves with the unit of the outcome alone."""
    spend, outcome = market(seed, weeks=weeks)
    plain = fit(spend, outcome)
    np.testing.assert_allclose(fit(spend * factor, outcome).modes, plain.modes, atol=1e-6)
    scaled = fit(spend, outcome * factor).modes - [0.0, 0.0, 0.0, np.log(factor)]
    np.testing.assert_allclose(scaled, plain.modes, atol=1e-6)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(4)))
def test_the_order_of_channels_changes_nothing(seed: int, order: list[int]) -> None:
    """A channel has the same curve wherever its column stands."""
    spend, outcome = market(seed, channels=4, weeks=50)
    np.testing.assert_allclose(fit(spend[order], outcome).modes, fit(spend, outcome).modes[order], atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    weeks=st.integers(8, 45),
    channels=st.integers(1, 6),
    flat=st.booleans(),
    zeros=st.floats(0.0, 0.9),
)
def test_any_rows_give_finite_curves(seed: int, weeks: int, channels: int, flat: bool, zeros: float) -> None:
    """Few weeks, constant spend, an outcome that is mostly zero: finite modes, a proper covariance."""
    spend, outcome = market(seed, channels=channels, weeks=weeks)
    if flat:
        spend[0] = 700.0
    outcome = np.where(np.random.default_rng(seed).random(weeks) < zeros, 0.0, outcome)
    outcome[0] = 1.0
    found = fit(spend, outcome)
    assert np.all(np.isfinite(found.modes))
    assert np.all(np.isfinite(found.predicted))
    assert np.min(np.linalg.eigvalsh(found.covariance)) > 0


def test_what_media_bring_is_found() -> None:
    """Media bring a quarter of the outcome here."""
    found = fit(*market(3, weeks=104))
    assert found.media == pytest.approx(0.25, abs=0.12)


def test_one_week_that_is_far_off_is_set_aside_and_moves_no_curve() -> None:
    """A typing error of one more digit in one week leaves the curves where they were."""
    spend, outcome = market(5, weeks=104)
    plain = fit(spend, outcome)
    slipped = outcome.copy()
    slipped[40] *= 10
    found = fit(spend, slipped)
    assert 40 in found.aside
    near = plain.modes[:, 3] - np.log(outcome.mean())
    np.testing.assert_allclose(found.modes[:, 3] - np.log(outcome.mean()), near, atol=0.25)


def test_money_that_works_a_week_later_is_seen() -> None:
    """The whole response comes one week after the money."""
    spend, outcome = market(8, weeks=104)
    rng = np.random.default_rng(1)
    late = np.concatenate([[spend[0, 0]], spend[0, :-1]])
    outcome = 5000 + 2 * late / (1 + late / 3000) + rng.normal(0, 40, 104)
    assert fit(spend[:1], outcome).delays == (1,)


def test_no_delay_is_seen_where_there_is_none() -> None:
    assert fit(*market(3, weeks=104)).delays == (0, 0, 0)


def test_the_last_fifth_is_foretold_from_forty_weeks_on() -> None:
    """Fewer weeks cannot spare a fifth."""
    ahead = fit(*market(2, weeks=40)).ahead
    assert ahead is not None
    assert ahead.shape == (8,)
    assert fit(*market(2, weeks=39)).ahead is None


def test_the_last_fifth_is_foretold_without_being_read() -> None:
    """What came in those weeks moves what the weeks before say of them only through noise and spread."""
    spend, outcome = market(2, weeks=100)
    other = outcome.copy()
    other[80:] = outcome[80:] * 1.02
    one, two = fit(spend, outcome).ahead, fit(spend, other).ahead
    assert one is not None
    assert two is not None
    np.testing.assert_allclose(two, one, rtol=0.01)


def test_collinear_channels_are_unsure_together() -> None:
    """Twins: each one's level is unsure, their sum is not."""
    spend, outcome = market(3, channels=1, weeks=104)
    found = fit(np.concatenate([spend, spend]), outcome)
    levels = found.covariance[np.ix_([3, 7], [3, 7])]
    assert levels[0, 1] < 0
