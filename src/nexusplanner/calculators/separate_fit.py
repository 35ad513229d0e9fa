"""Response curves where each channel has its own result column.

Each channel's weekly results are ``B * hill(adstock(spend)) / hill(1)`` plus noise whose variance is
``phi * mean ** power``. The most likely curves under the shared prior are found by damped
Gauss-Newton steps from several starts, in turn with the noise and the prior itself; the uncertainty
is Laplace's: the inverse of the Gauss-Newton matrix at the mode, widened where residuals follow each
other from week to week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.calculators.curve import Floats, boxed, fitted, lagged
from nexusplanner.calculators.curve_prior import CurvePrior, starting_prior
from nexusplanner.calculators.levenberg import minimise

_FLOOR = 0.03
"""Share of a channel's mean result below which a week's noise does not shrink further."""
_STARTS = np.array(
    [
        [-2.0, 0.0, 0.1],
        [0.0, 0.0, 0.1],
        [1.2, 0.3, 0.2],
        [-1.0, -1.0, 0.3],
        [0.0, 1.0, 0.5],
    ]
)
_ROUNDS = 5
_OPENING_WEEKS = 8


@dataclass(frozen=True)
class SeparateRows:
    """Weekly rows of channels that all have results.

    Spend and results have shape ``(channels, weeks)``; ``counted`` is False before a channel starts.
    """

    spend: Floats
    result: Floats
    reference: Floats
    """Mean spend of active weeks, shape ``(channels,)``."""

    @property
    def counted(self) -> Floats:
        """1 from the first week with spend or results on, else 0; shape ``(channels, weeks)``."""
        return np.minimum(np.cumsum((self.spend > 0) | (self.result > 0), axis=1), 1).astype(np.float64)


@dataclass(frozen=True)
class CurveFit:
    """Fitted channels in scale-free coordinates: the reference spend is 1, the last is log metric at it."""

    modes: Floats
    """Shape ``(channels, 4)``."""
    covariance: Floats
    """Shape ``(4 * channels, 4 * channels)``."""
    noise: Floats
    """Variance over ``mean ** power``, shape ``(channels,)``."""
    power: float
    prior: CurvePrior
    """What was learned across the channels; its last coordinate is log metric per money."""
    predicted: Floats
    """Fitted results, shape ``(channels, weeks)`` or ``(weeks,)``."""


class _Problem:
    """All channels times all starts, with the noise and the prior held fixed."""

    def __init__(self, rows: SeparateRows) -> None:
        self.counted = rows.counted
        active = np.maximum(np.sum(self.counted, axis=1), 1)
        self.scale = np.maximum(np.sum(rows.result * self.counted, axis=1) / active, 1e-9)
        self.result = rows.result / self.scale[:, None]
        spend = rows.spend / rows.reference[:, None]
        self.lags = lagged(spend)
        self.lags_if_running = lagged(spend, before=np.mean(spend[:, :_OPENING_WEEKS], axis=1))
        self.offset = np.log(rows.reference / self.scale)
        self.noise = np.full(len(active), 0.04)
        self.power = 1.0
        self.variance = self._variance(np.ones_like(self.result))

    def _variance(self, mean: Floats) -> Floats:
        result: Floats = self.noise[:, None] * np.maximum(mean, _FLOOR) ** self.power
        return result

    def centres(self, prior: CurvePrior) -> Floats:
        """Return the prior's centre for each channel, the efficiency turned into its own units."""
        centres = np.tile(prior.centre, (len(self.scale), 1))
        centres[:, 3] += self.offset
        return centres

    def solve(self, start: Floats, prior: CurvePrior) -> tuple[Floats, Floats, Floats]:
        """Fit from ``start`` of shape ``(starts, channels, 4)``; return modes, costs and matrices."""
        copies, channels = start.shape[:2]
        pick = np.tile(np.arange(channels), copies)
        lags, result = self.lags[pick], self.result[pick]
        weight = (self.counted / self.variance)[pick]
        centres, precision = self.centres(prior)[pick], 1 / prior.spread**2

        def objective(at: Floats) -> tuple[Floats, Floats, Floats]:
            mean, jacobian = fitted(at, lags)
            off, away = mean - result, at - centres
            weighted = weight[..., None] * jacobian
            cost = 0.5 * np.sum(weight * off**2, axis=1) + 0.5 * np.sum(precision * away**2, axis=1)
            gradient = np.einsum("pnk,pn->pk", weighted, off) + precision * away
            matrix = weighted.transpose(0, 2, 1) @ jacobian + np.diag(precision)
            return cost, gradient, matrix

        modes, cost, matrix = minimise(objective, start.reshape(-1, 4), limit=boxed)
        best = np.argmin(cost.reshape(copies, channels), axis=0)
        rows = best * channels + np.arange(channels)
        return modes[rows], cost[rows], matrix[rows]

    def choose_past(self, start: Floats, prior: CurvePrior) -> tuple[Floats, Floats]:
        """Fit with and without spend before the first row, and keep what fits all channels better together."""
        modes, cost, matrix = self.solve(start, prior)
        silent, self.lags = self.lags, self.lags_if_running
        running_modes, running_cost, running_matrix = self.solve(start, prior)
        if np.sum(running_cost) < np.sum(cost):
            return running_modes, running_matrix
        self.lags = silent
        return modes, matrix

    def learn_noise(self, modes: Floats) -> Floats:
        """Learn noise scale and power from the residuals of a fit; return the fitted means."""
        mean, _ = fitted(modes, self.lags)
        used = (self.counted > 0) & (mean > _FLOOR)
        self.power = _power(mean, self.result - mean, used)
        ratio = self.counted * (self.result - mean) ** 2 / np.maximum(mean, _FLOOR) ** self.power
        freedom = np.maximum(np.sum(self.counted, axis=1) - 3.0, 1.0)
        own = np.sum(ratio, axis=1)
        pool = np.median(own / freedom)
        self.noise = np.maximum((own + 4 * pool) / (freedom + 4), 1e-6)
        self.variance = self._variance(mean)
        return mean


def _power(
    mean: Floats,
    residual: Floats,
    used: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> float:
    """Estimate how the variance grows with the mean: 0 constant, 1 like counts, 2 like shares.

    The profile likelihood over a grid, all channels sharing the power, each with its own scale.
    """
    grid = np.linspace(0.0, 2.0, 9)
    scores = []
    for power in grid:
        score = 0.02 * (power - 1.0) ** 2
        for m, r, u in zip(mean, residual, used, strict=True):
            if np.sum(u) < 8:
                continue
            unit = m[u] ** power
            score += 0.5 * np.sum(u) * np.log(np.mean(r[u] ** 2 / unit) + 1e-12) + 0.5 * np.sum(np.log(unit))
        scores.append(score)
    return float(grid[int(np.argmin(scores))])


def _persistence(residual: Floats, counted: Floats) -> Floats:
    """Return how much residuals that follow each other widen a sum, shape ``(channels,)``: ``(1+r)/(1-r)``."""
    pairs = counted[:, 1:] * counted[:, :-1]
    product = np.sum(pairs * residual[:, 1:] * residual[:, :-1], axis=1)
    square = np.sum(pairs * residual[:, 1:] ** 2, axis=1) + 1e-12
    r = np.clip(product / square - 1 / np.sqrt(np.maximum(np.sum(pairs, axis=1), 1.0)), 0.0, 0.8)
    result: Floats = (1 + r) / (1 - r)
    return result


def fit_separately(rows: SeparateRows) -> CurveFit:
    """Fit one curve a channel, all under one prior learned across them.

    Args:
        rows: Weekly spend and results, at least one channel.
    """
    problem = _Problem(rows)
    efficiency = float(np.mean(np.log(problem.scale / rows.reference)))
    prior = starting_prior(efficiency)
    start = np.repeat(problem.centres(prior)[None], len(_STARTS), axis=0)
    start[:, :, :3] = _STARTS[:, None, :]
    start[:, :, 3] = 0.0
    modes, matrix = problem.choose_past(start, prior)
    for step in range(_ROUNDS):
        problem.learn_noise(modes)
        shown = modes.copy()
        shown[:, 3] -= problem.offset
        prior = prior.learned(shown, np.einsum("pkk->pk", np.linalg.inv(matrix)))
        again = start if step == 0 else modes[None]
        modes, _, matrix = problem.solve(np.concatenate([again, modes[None]]), prior)
    mean = problem.learn_noise(modes)
    widening = _persistence((problem.result - mean) / np.sqrt(problem.variance), problem.counted)
    return _finished(problem, modes, matrix, prior, widening=widening)


def _finished(
    problem: _Problem,
    modes: Floats,
    matrix: Floats,
    prior: CurvePrior,
    *,
    widening: Floats,
) -> CurveFit:
    """Turn the last round into results in the units of the metric."""
    inner = np.diag(1 / prior.spread**2)
    blocks = np.linalg.inv((matrix - inner) / widening[:, None, None] + inner)
    covariance = np.zeros((4 * len(modes), 4 * len(modes)))
    for i, block in enumerate(blocks):
        covariance[4 * i : 4 * i + 4, 4 * i : 4 * i + 4] = block
    unscaled = modes.copy()
    unscaled[:, 3] += np.log(problem.scale)
    mean, _ = fitted(modes, problem.lags)
    return CurveFit(
        modes=unscaled,
        covariance=covariance,
        noise=problem.noise * widening * problem.scale ** (2 - problem.power),
        power=problem.power,
        prior=prior,
        predicted=mean * problem.scale[:, None],
    )
