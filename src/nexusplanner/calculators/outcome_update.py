"""Bayes for curves: what was believed of them, moved by the rows of reported campaigns.

Prior: normal in the curves' coordinates, as a fit or an earlier outcome left it. Likelihood: a week's result is normal
around ``hill(adstock(spend))`` with variance ``noise * mean ** power``. The posterior's mode is found by damped
Gauss-Newton steps, which is the iterated Kalman update (Bell & Cathey 1993, "The iterated Kalman filter update as a
Gauss-Newton method"); its covariance is Laplace's:

    mode       = argmin 1/2 (x - m)' V**-1 (x - m) + 1/2 sum (y - f(x))**2 / variance
    covariance = (V**-1 + J' W J)**-1

The noise is learnt on the way, conjugate: ``(w noise + sum (y - f)**2 / f**power) / (w + n)`` for ``w`` weeks that it
rested on and ``n`` new ones (Gelman et al. 2013, Bayesian Data Analysis, section 2.6). All rows are read at once, so
the order in which outcomes were reported does not matter.

Markets move: the level of a reported channel is doubted by 5 % more than the history says before its rows are read, a
random walk's one step as in models with coefficients that vary in time (Ng, Wang & Dai 2021, "Bayesian Time Varying
Coefficient Model with Applications to Marketing Mix Modeling").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.calculators.belief import Belief
from nexusplanner.calculators.curve import Floats, boxed, fitted, lagged
from nexusplanner.calculators.levenberg import minimise
from nexusplanner.domain.learned import PastRows

_ROUNDS = 4
_STEPS = 15
_FLOOR = 1e-6
_OPENING_WEEKS = 4
_DRIFT = 0.05
"""Standard deviation of how far a channel's log level moves between what was known and what is reported."""


@dataclass(frozen=True)
class _Rows:
    """The rows of all channels side by side, padded; a pad counts nothing."""

    lags: Floats
    """Spend over the reference with its past, shape ``(channels, n, l)``."""
    results: Floats
    """Shape ``(channels, n)``."""
    counted: Floats
    """1 where there is a row, shape ``(channels, n)``."""


def updated(belief: Belief, rows: Sequence[PastRows]) -> Belief:
    """Move a belief by rows of reported campaigns; rows of other channels are passed over.

    Args:
        belief: What was believed.
        rows: Each of one channel of one campaign.
    """
    laid = _laid(belief, [row for row in rows if row.channel in belief.names])
    if laid is None:
        return belief
    precision: Floats = np.asarray(np.linalg.inv(_drifted(belief, laid)), dtype=np.float64)
    found, noise, matrix = belief.means.reshape(1, -1), belief.noise, precision[None]
    for _ in range(_ROUNDS):
        mean, _ = fitted(found.reshape(-1, 4), laid.lags)
        objective = _Objective(belief, precision, laid, laid.counted / _variance(noise, mean, belief.power))
        found, _, matrix = minimise(objective, found, limit=_boxed, steps=_STEPS)
        noise = _noise(belief, laid, fitted(found.reshape(-1, 4), laid.lags)[0])
    covariance = np.linalg.inv(matrix[0])
    return replace(
        belief,
        means=found.reshape(-1, 4),
        covariance=(covariance + covariance.T) / 2,
        noise=noise,
        weeks=belief.weeks + laid.counted.sum(axis=1),
    )


def _drifted(belief: Belief, rows: _Rows) -> Floats:
    """Doubt the level of reported channels as much as markets move: what a history says of it is of the past."""
    moved = belief.covariance.copy()
    levels = 4 * np.flatnonzero(rows.counted.sum(axis=1)) + 3
    moved[levels, levels] += _DRIFT**2
    return moved


@dataclass(frozen=True)
class _Objective:
    """Half the sum of squares, prior and rows, of all channels together."""

    belief: Belief
    precision: Floats
    rows: _Rows
    weight: Floats
    """One over the variance, shape ``(channels, n)``."""

    def __call__(self, at: Floats) -> tuple[Floats, Floats, Floats]:
        """Return cost, gradient and Gauss-Newton matrix at coordinates of shape ``(1, 4 * channels)``."""
        away = (at.reshape(-1, 4) - self.belief.means).reshape(-1)
        mean, jacobian = fitted(at.reshape(-1, 4), self.rows.lags)
        off = mean - self.rows.results
        weighted = self.weight[..., None] * jacobian
        cost = 0.5 * float(np.sum(self.weight * off**2)) + 0.5 * float(away @ self.precision @ away)
        gradient = self.precision @ away + np.einsum("pnk,pn->pk", weighted, off).reshape(-1)
        matrix = self.precision.copy()
        for i, block in enumerate(weighted.transpose(0, 2, 1) @ jacobian):
            matrix[4 * i : 4 * i + 4, 4 * i : 4 * i + 4] += block
        return np.array([cost]), gradient[None], matrix[None]


def _laid(belief: Belief, rows: Sequence[PastRows]) -> _Rows | None:
    if not rows:
        return None
    told = [[_with_past(row, belief) for row in rows if row.channel == name] for name in belief.names]
    most = max(sum(len(lags) for lags, _ in own) for own in told)
    width = max(lags.shape[1] for own in told for lags, _ in own)
    shape = (len(belief.names), most)
    lags, results, counted = np.ones((*shape, width)), np.zeros(shape), np.zeros(shape)
    for i, own in enumerate(told):
        at = 0
        for past, brought in own:
            here = slice(at, at + len(past))
            lags[i, here] = 0.0
            lags[i, here, : past.shape[1]] = past
            results[i, here], counted[i, here] = brought, 1.0
            at += len(past)
    return _Rows(lags, results, counted)


def _with_past(row: PastRows, belief: Belief) -> tuple[Floats, Floats]:
    scale = belief.references[belief.names.index(row.channel)]
    spend = np.array(row.spend, dtype=np.float64)
    before = float(np.mean(spend[:_OPENING_WEEKS])) if row.before is None else row.before
    past = lagged(spend[None] / scale, before=np.array([before / scale]))[0]
    return past, np.maximum(np.array(row.results, dtype=np.float64), 0.0)


def _variance(noise: Floats, mean: Floats, power: float) -> Floats:
    result: Floats = np.maximum(noise[:, None] * np.maximum(mean, _FLOOR) ** power, _FLOOR)
    return result


def _noise(belief: Belief, rows: _Rows, mean: Floats) -> Floats:
    square = rows.counted * (rows.results - mean) ** 2 / np.maximum(mean, _FLOOR) ** belief.power
    weeks = rows.counted.sum(axis=1)
    result: Floats = np.maximum((belief.weeks * belief.noise + square.sum(axis=1)) / (belief.weeks + weeks), _FLOOR)
    return result


def _boxed(at: Floats) -> Floats:
    return boxed(at.reshape(-1, 4)).reshape(at.shape)
