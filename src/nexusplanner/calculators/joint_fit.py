"""Response curves where all channels share one outcome column.

``outcome = baseline + season + trend + controls + events + sum of channel responses + noise``. The
linear part has a ridge (normal) prior and is integrated out exactly: residuals are weighed by the
inverse of ``sigma**2 I + Z P Z'`` (Golub & Pereyra 2003, variable projection; with a prior it is the
marginal likelihood). The curves are found by damped Gauss-Newton steps from several starts;
uncertainty is Laplace's, across channels, so collinear channels are uncertain together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nexusplanner.calculators.curve import Floats, boxed, fitted, lagged
from nexusplanner.calculators.curve_prior import CurvePrior, starting_prior
from nexusplanner.calculators.levenberg import minimise
from nexusplanner.calculators.separate_fit import CurveFit

_WEEKS_A_YEAR = 365.25 / 7
_MEDIA_SHARE = 0.2
"""Share of the outcome that media bring, before the rows are read."""
_STARTS = np.array([[-1.0, 0.2, 0.1], [0.8, 0.2, 0.2], [0.0, -0.7, 0.1], [0.0, 0.9, 0.4]])
_ROUNDS = 4


@dataclass(frozen=True)
class JointRows:
    """Weekly rows with one outcome for all channels."""

    spend: Floats
    """Shape ``(channels, weeks)``."""
    outcome: Floats
    """Shape ``(weeks,)``; only the training weeks are read."""
    reference: Floats
    """Mean spend of active weeks, shape ``(channels,)``."""
    controls: Floats
    """Shape ``(controls, weeks)``."""
    events: Floats
    """Shape ``(events, weeks)``."""


def linear_part(rows: JointRows, train: int) -> tuple[Floats, Floats]:
    """Build the columns that are not media, and the prior spread of each coefficient.

    Columns are standardised on the training weeks: intercept, trend, yearly waves (as many as whole
    half-years were seen, at most three), controls, events.

    Returns:
        Columns of shape ``(weeks, k)`` and spreads of shape ``(k,)`` in units of the outcome's deviation.
    """
    weeks = np.arange(rows.outcome.size, dtype=np.float64)
    columns, spreads = [np.ones_like(weeks)], [20.0]
    if train >= 26:
        columns.append((weeks - train / 2) / train)
        spreads.append(0.7)
    for wave in range(1, min(3, train // 39) + 1):
        angle = 2 * np.pi * wave * weeks / _WEEKS_A_YEAR
        columns += [np.sin(angle), np.cos(angle)]
        spreads += [1.0 / wave, 1.0 / wave]
    for column in rows.controls:
        deviation = float(np.std(column[:train]))
        if deviation > 0:
            columns.append((column - np.mean(column[:train])) / deviation)
            spreads.append(1.0)
    for flag in rows.events:
        if np.any(flag[:train] != 0):
            columns.append(flag)
            spreads.append(2.0)
    return np.stack(columns, axis=1), np.array(spreads)


class _JointProblem:
    """All starts at once, with noise and prior held fixed."""

    def __init__(self, rows: JointRows, train: int) -> None:
        self.train = train
        self.scale = max(float(np.mean(rows.outcome[:train])), 1e-9)
        self.outcome = rows.outcome[:train] / self.scale
        self.lags = lagged(rows.spend / rows.reference[:, None])
        self.head = self.lags[:, :train]
        self.offset = np.log(rows.reference / self.scale)
        columns, spreads = linear_part(rows, train)
        deviation = max(float(np.std(self.outcome)), 1e-6)
        self.columns, self.spreads = columns, spreads * deviation
        self.noise = (0.5 * deviation) ** 2

    @property
    def channels(self) -> int:
        return len(self.offset)

    def centres(self, prior: CurvePrior) -> Floats:
        centres = np.tile(prior.centre, (self.channels, 1))
        centres[:, 3] += self.offset
        return centres

    def media(self, at: Floats, lags: Floats) -> tuple[Floats, Floats]:
        """Return the media's part ``(starts, weeks)`` and its Jacobian ``(starts, weeks, 4 * channels)``."""
        copies = len(at)
        each, jacobian = fitted(at.reshape(-1, 4), np.tile(lags, (copies, 1, 1)))
        each = each.reshape(copies, self.channels, -1)
        wide = jacobian.reshape(copies, self.channels, -1, 4).transpose(0, 2, 1, 3)
        return each.sum(axis=1), wide.reshape(copies, wide.shape[1], -1)

    def precision(self) -> Callable[[Floats], Floats]:
        """Return what multiplies columns by the inverse covariance of the residuals.

        The linear part is integrated out. The matrix differs from a multiple of one by a rank as low
        as the linear part's (Woodbury), so it is never written out.
        """
        z = self.columns[: self.train] * self.spreads
        half = np.linalg.solve(self.noise * np.eye(z.shape[1]) + z.T @ z, z.T)
        noise = self.noise

        def weigh(columns: Floats) -> Floats:
            result: Floats = (columns - z @ (half @ columns)) / noise
            return result

        return weigh

    def solve(self, start: Floats, prior: CurvePrior) -> tuple[Floats, Floats]:
        """Fit from ``start`` of shape ``(starts, channels, 4)``; return the best modes and their matrix."""
        weigh = self.precision()
        centre = self.centres(prior).reshape(-1)
        tight = np.tile(1 / prior.spread**2, self.channels)

        def objective(at: Floats) -> tuple[Floats, Floats, Floats]:
            mean, jacobian = self.media(at, self.head)
            off, away = mean - self.outcome, at - centre
            weighted = weigh(jacobian)
            cost = 0.5 * np.einsum("sn,sn->s", weigh(off[..., None])[..., 0], off) + 0.5 * np.sum(
                tight * away**2, axis=1
            )
            gradient = np.einsum("snk,sn->sk", weighted, off) + tight * away
            return (
                cost,
                gradient,
                jacobian.transpose(0, 2, 1) @ weighted + np.diag(tight),
            )

        modes, cost, matrix = minimise(
            objective,
            start.reshape(len(start), -1),
            limit=lambda at: boxed(at.reshape(len(at), -1, 4)).reshape(len(at), -1),
            steps=25,
            tolerance=1e-7,
        )
        best = int(np.argmin(cost))
        return modes[best].reshape(-1, 4), matrix[best]

    def predict(self, modes: Floats) -> Floats:
        """Return the fitted outcome of all weeks, training and later, over the scale; shape ``(weeks,)``."""
        media, _ = self.media(modes[None].reshape(1, -1), self.lags)
        z = self.columns * self.spreads
        head = z[: self.train]
        inner = self.noise * np.eye(z.shape[1]) + head.T @ head
        coefficients = np.linalg.solve(inner, head.T @ (self.outcome - media[0, : self.train]))
        result: Floats = media[0] + z @ coefficients
        return result

    def learn_noise(self, modes: Floats) -> Floats:
        """Learn the noise from the residuals; return them."""
        residual = self.outcome - self.predict(modes)[: self.train]
        z = self.columns[: self.train] * self.spreads
        inner = self.noise * np.eye(z.shape[1]) + z.T @ z
        spent = float(np.trace(np.linalg.solve(inner, z.T @ z))) + 1.5 * self.channels
        self.noise = max(float(residual @ residual) / max(self.train - spent, 0.2 * self.train), 1e-8)
        return residual


def fit_jointly(rows: JointRows, *, train: int | None = None) -> CurveFit:
    """Fit all channels to one outcome.

    Args:
        rows: Weekly rows.
        train: Fit on the first so many weeks; ``predicted`` still covers all of them.
    """
    weeks = rows.outcome.size if train is None else train
    problem = _JointProblem(rows, weeks)
    spent = max(float(np.sum(rows.spend[:, :weeks])) / weeks, 1e-9)
    prior = starting_prior(float(np.log(_MEDIA_SHARE * problem.scale / spent)), doubt=0.7)
    start = np.repeat(problem.centres(prior)[None], len(_STARTS), axis=0)
    start[:, :, :3] = _STARTS[:, None, :]
    modes, matrix = problem.solve(start, prior)
    for _ in range(_ROUNDS):
        problem.learn_noise(modes)
        shown = modes.copy()
        shown[:, 3] -= problem.offset
        variances = np.diag(np.linalg.inv(matrix)).reshape(-1, 4)
        prior = prior.learned(shown, variances)
        modes, matrix = problem.solve(modes[None], prior)
    problem.learn_noise(modes)
    unscaled = modes.copy()
    unscaled[:, 3] += np.log(problem.scale)
    return CurveFit(
        modes=unscaled,
        covariance=np.asarray(np.linalg.inv(matrix), dtype=np.float64),
        noise=np.full(problem.channels, problem.noise * problem.scale),
        power=1.0,
        prior=prior,
        predicted=problem.predict(modes) * problem.scale,
    )
