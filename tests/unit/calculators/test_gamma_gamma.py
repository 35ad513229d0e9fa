"""Gamma-Gamma: the published fit, and rows that stand for many customers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from nexusplanner.calculators.gamma_gamma import GammaGamma, _likelihood, fit_gamma_gamma
from nexusplanner.errors import InputError

ROWS = [(1, 20.0), (2, 35.0), (4, 31.5), (1, 80.0), (3, 12.0), (2, 27.0)]


def test_the_published_cdnow_fit_is_found(shared: Path) -> None:
    """Fader & Hardie (2013) give p 6.25, q 3.74, gamma 15.44."""
    with (shared / "data/cdnow/cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    fit = fit_gamma_gamma([float(r["x"]) for r in rows], [float(r["zbar"]) for r in rows])
    assert (fit.p, fit.q, fit.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=2e-3)


def test_a_weight_is_so_many_customers() -> None:
    x, means = np.array([row for row in ROWS for _ in range(3)] + ROWS[:2]).T
    weights = [4, 4, 3, 3, 3, 3]
    kinds = np.array(ROWS).T
    assert fit_gamma_gamma(*kinds, weights=weights) == fit_gamma_gamma(x, means)


def test_the_slopes_are_those_of_the_likelihood() -> None:
    rows, at = np.array(ROWS), np.array([5.0, 3.0, 14.0])
    _, slopes = _likelihood(at, rows)
    for i in range(3):
        step = np.zeros(3)
        step[i] = 1e-6 * at[i]
        rise = _likelihood(at + step, rows)[0] - _likelihood(at - step, rows)[0]
        assert slopes[i] == pytest.approx(rise / (2 * step[i]), rel=1e-5, abs=1e-8)


def test_a_tail_too_heavy_has_no_mean() -> None:
    assert GammaGamma(2.0, 0.9, 10.0, 0.0).mean == float("inf")
    assert GammaGamma(2.0, 3.0, 10.0, 0.0).mean == 10.0


def test_weights_of_another_length_are_refused() -> None:
    with pytest.raises(InputError, match="weights"):
        fit_gamma_gamma([1, 2], [3, 4], weights=[1])
