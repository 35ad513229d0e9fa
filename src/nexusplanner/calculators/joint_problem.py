"""The least-squares problem of channels that share one outcome column.

``outcome = baseline + season + trend + controls + events + sum of channel responses + noise``. The
linear part has a ridge (normal) prior and is integrated out exactly: residuals are weighed by the
inverse of ``sigma**2 I + Z P Z'`` (Golub & Pereyra 2003, variable projection; with a prior it is the
marginal likelihood).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexusplanner.calculators.curve import Floats, boxed, fitted, lagged
from nexusplanner.calculators.curve_prior import CurvePrior
from nexusplanner.calculators.joint_prior import prior_precision
from nexusplanner.calculators.levenberg import minimise

Delays = npt.NDArray[np.int64]
"""Weeks before money starts to work, shape ``(starts, channels)``."""
Weeks = npt.NDArray[np.intp]
MAX_DELAY = 2
_LAGS = 52
"""Weeks looked back; at the slowest decay a fourteenth of the carry-over lies beyond."""
_ASIDE_SPREAD = 20.0
_LEVEL_SPREAD = 2.0
"""The level may be anything up to the outcome and beyond, however little the outcome moves."""
_LEAST_DEVIATION = 1e-3
_HOLIDAY_SPREAD = 1.0
_WAVES, _WAVES_OF_YEARS, _YEARS = 3, 5, 150
_GIVEN_WEIGHT = 2.0
"""How many columns of a kind the spread that is given beforehand is worth."""
_WEEKS_A_YEAR = 365.25 / 7


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
    holidays: Floats | None = None
    """Shape ``(columns, weeks)``; expected to move less than named events."""


def delayed(spend: Floats, weeks: int) -> Floats:
    """Move spend of shape ``(channels, n)`` to some weeks later."""
    return np.concatenate([np.zeros((len(spend), weeks)), spend[:, : spend.shape[1] - weeks]], axis=1)


@dataclass(frozen=True)
class LinearPart:
    """The columns that are not media."""

    columns: Floats
    """Shape ``(weeks, k)``."""
    spreads: Floats
    """Prior spread of each coefficient in units of the outcome's deviation, shape ``(k,)``."""
    kinds: Weeks
    """0 level and trend, 1 season, 2 controls, 3 events, 4 holidays; shape ``(k,)``."""


def linear_part(rows: JointRows, train: int) -> LinearPart:
    """Build the columns that are not media, standardised on the training weeks.

    They are: intercept, trend, yearly waves (one from 39 weeks, three from 117, five from 150), controls,
    events, holidays.
    """
    weeks = np.arange(rows.outcome.size, dtype=np.float64)
    found = [(np.ones_like(weeks), 20.0, 0)]
    if train >= 26:
        found.append(((weeks - train / 2) / train, 0.7, 0))
    most = _WAVES_OF_YEARS if train >= _YEARS else min(_WAVES, train // 39)
    for wave in range(1, most + 1):
        angle = 2 * np.pi * wave * weeks / _WEEKS_A_YEAR
        found += [(np.sin(angle), 1.0 / wave, 1), (np.cos(angle), 1.0 / wave, 1)]
    for column in rows.controls:
        deviation = float(np.std(column[:train]))
        if deviation > 0:
            found.append(((column - np.mean(column[:train])) / deviation, 1.0, 2))
    for kind, spread, flags in ((3, 2.0, rows.events), (4, _HOLIDAY_SPREAD, rows.holidays)):
        for flag in () if flags is None else flags:
            if np.any(flag[:train] != 0):
                found.append((flag, spread, kind))
    columns, spreads, kinds = zip(*found, strict=True)
    return LinearPart(np.stack(columns, axis=1), np.array(spreads), np.array(kinds, dtype=np.intp))


@dataclass(frozen=True)
class JointModes:
    """The best modes from some starts."""

    modes: Floats
    """Shape ``(channels, 4)``."""
    matrix: Floats
    """Gauss-Newton matrix, shape ``(4 * channels, 4 * channels)``."""
    costs: Floats
    """Cost that each start came to, shape ``(starts,)``."""


class JointProblem:
    """All starts at once, with noise and prior held fixed."""

    def __init__(self, rows: JointRows, train: int) -> None:
        self.train = train
        self.scale = max(float(np.mean(rows.outcome[:train])), 1e-9)
        self.outcome = rows.outcome[:train] / self.scale
        spend = rows.spend / rows.reference[:, None]
        self.by_delay = np.stack([lagged(delayed(spend, weeks), lags=_LAGS) for weeks in range(MAX_DELAY + 1)])
        self.delays = np.zeros(len(spend), dtype=np.int64)
        self.offset = np.log(rows.reference / self.scale)
        part = linear_part(rows, train)
        self.deviation = max(float(np.std(self.outcome)), _LEAST_DEVIATION)
        self.columns, self.spreads, self.kinds = part.columns, part.spreads * self.deviation, part.kinds
        self.spreads[0] = max(self.spreads[0], _LEVEL_SPREAD)
        self.given_spreads = self.spreads
        self.noise = (0.5 * self.deviation) ** 2

    def set_aside(self, weeks: Weeks) -> None:
        """Give training weeks that no curve explains a level of their own, so that they teach the curves nothing."""
        flags = np.zeros((len(self.columns), len(weeks)))
        flags[weeks, np.arange(len(weeks))] = 1.0
        self.columns = np.concatenate([self.columns, flags], axis=1)
        added = np.full(len(weeks), _ASIDE_SPREAD * self.deviation)
        self.spreads = np.concatenate([self.spreads, added])
        self.given_spreads = np.concatenate([self.given_spreads, added])
        self.kinds = np.concatenate([self.kinds, np.zeros(len(weeks), dtype=np.intp)])

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return len(self.offset)

    def centres(self, prior: CurvePrior) -> Floats:
        """Return the prior's centre for each channel, the efficiency turned into its own units."""
        centres = np.tile(prior.start, (self.channels, 1))
        centres[:, 3] += self.offset
        return centres

    def past(self, delays: Delays, weeks: int) -> Floats:
        """Return the spend that works in each of the first weeks, shape ``(starts * channels, weeks, lags)``."""
        lags = self.by_delay[delays, np.arange(self.channels), :weeks]
        return lags.reshape(-1, *lags.shape[2:])

    def media(self, at: Floats, past: Floats) -> tuple[Floats, Floats]:
        """Return the media's part ``(starts, weeks)`` and its Jacobian ``(starts, weeks, 4 * channels)``."""
        starts = len(at)
        each, jacobian = fitted(at.reshape(-1, 4), past)
        each = each.reshape(starts, self.channels, -1)
        wide = jacobian.reshape(starts, self.channels, -1, 4).transpose(0, 2, 1, 3)
        return each.sum(axis=1), wide.reshape(starts, wide.shape[1], -1)

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

    def solve(self, start: Floats, prior: CurvePrior, *, delays: Delays | None = None, steps: int = 25) -> JointModes:
        """Fit from ``start`` of shape ``(starts, channels, 4)``; each start may have its own ``delays``."""
        weigh = self.precision()
        centre = self.centres(prior).reshape(-1)
        tight = prior_precision(prior, self.channels)
        waits = np.broadcast_to(self.delays, start.shape[:2]) if delays is None else delays
        past = self.past(waits, self.train)

        def objective(at: Floats) -> tuple[Floats, Floats, Floats]:
            mean, jacobian = self.media(at, past)
            off, away = mean - self.outcome, at - centre
            weighted = weigh(jacobian)
            held = away @ tight
            cost = 0.5 * np.einsum("sn,sn->s", weigh(off[..., None])[..., 0], off) + 0.5 * np.sum(held * away, axis=1)
            gradient = np.einsum("snk,sn->sk", weighted, off) + held
            return cost, gradient, jacobian.transpose(0, 2, 1) @ weighted + tight

        modes, costs, matrix = minimise(
            objective,
            start.reshape(len(start), -1),
            limit=lambda at: boxed(at.reshape(len(at), -1, 4)).reshape(len(at), -1),
            steps=steps,
            tolerance=1e-7,
        )
        best = int(np.argmin(costs))
        return JointModes(modes[best].reshape(-1, 4), matrix[best], costs)

    def predict(self, modes: Floats) -> Floats:
        """Return the fitted outcome of all weeks, training and later, over the scale; shape ``(weeks,)``."""
        media, _ = self.media(modes[None].reshape(1, -1), self.past(self.delays[None], len(self.columns)))
        z = self.columns * self.spreads
        head = z[: self.train]
        inner = self.noise * np.eye(z.shape[1]) + head.T @ head
        coefficients = np.linalg.solve(inner, head.T @ (self.outcome - media[0, : self.train]))
        result: Floats = media[0] + z @ coefficients
        return result

    def learn_spreads(self, modes: Floats) -> None:
        """Learn how much each kind of column moves the outcome, one step of expectation maximisation."""
        media, _ = self.media(modes[None].reshape(1, -1), self.past(self.delays[None], self.train))
        head = self.columns[: self.train]
        covariance = np.linalg.inv(head.T @ head / self.noise + np.diag(1 / self.spreads**2))
        mean = covariance @ (head.T @ (self.outcome - media[0])) / self.noise
        ratio = (mean**2 + np.diag(covariance)) / self.given_spreads**2
        learned = self.spreads.copy()
        for kind in range(1, int(self.kinds.max()) + 1):
            these = self.kinds == kind
            scale2 = (_GIVEN_WEIGHT + np.sum(ratio[these])) / (_GIVEN_WEIGHT + np.sum(these))
            learned[these] = self.given_spreads[these] * np.sqrt(scale2)
        self.spreads = learned

    def learn_noise(self, modes: Floats) -> Floats:
        """Learn the noise from the residuals; return them."""
        residual = self.outcome - self.predict(modes)[: self.train]
        z = self.columns[: self.train] * self.spreads
        inner = self.noise * np.eye(z.shape[1]) + z.T @ z
        spent = float(np.trace(np.linalg.solve(inner, z.T @ z))) + 1.5 * self.channels
        self.noise = max(float(residual @ residual) / max(self.train - spent, 0.2 * self.train), 1e-8)
        return residual
