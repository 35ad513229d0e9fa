"""Response curves where all channels share one outcome column.

The curves are found by damped Gauss-Newton steps from several starts, in turn with the noise, the
spread between channels and the weeks that a channel's money waits before it works. The uncertainty is
Laplace's, across channels, so collinear channels are uncertain together; it is widened where residuals
follow each other from week to week.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_prior import CurvePrior
from nexusplanner.calculators.joint_prior import joint_prior, learned_spread, prior_precision
from nexusplanner.calculators.joint_problem import MAX_DELAY, JointModes, JointProblem, JointRows
from nexusplanner.calculators.separate_fit import CurveFit

__all__ = ["JointFit", "JointRows", "fit_jointly"]

_MEDIA_SHARE = 0.2
"""Share of the outcome that media bring, before the rows are read."""
_STARTS = np.array([[-1.0, 0.2, 0.1], [0.8, 0.2, 0.2], [0.0, -0.7, 0.1], [0.0, 0.9, 0.4]])
_ROUNDS = 4
_DELAY_EVIDENCE = 3.0
"""Log likelihood that a delay must win: one in twenty channels is thought to have one."""
_WEEKS_FOR_DELAYS = 40
_DELAY_ROUNDS = 2
_WEEKS_FOR_HOLDOUT = 40
_OUTLYING = 5.0
_SHADE = 0.3
_ASIDE_STEPS = (1, 2)
_LEAST_DEVIATION = 1e-3


@dataclass(frozen=True)
class JointFit(CurveFit):
    """Fitted channels, and what the rows beside them showed."""

    delays: tuple[int, ...]
    """Weeks before a channel's money starts to work."""
    media: float
    """Share of the training weeks' outcome that media brought."""
    residual: Floats
    """What the fit leaves of the training weeks, over their mean, shape ``(weeks,)``."""
    aside: tuple[int, ...]
    """Training weeks so far off that they were set aside."""
    drivers: int
    """Columns beside media: level, trend, season, controls, events, holidays."""
    ahead: Floats | None
    """Outcome of the last fifth of the weeks as the weeks before tell it; None where rows are few."""


def fit_jointly(rows: JointRows, *, train: int | None = None) -> JointFit:
    """Fit all channels to one outcome.

    Args:
        rows: Weekly rows.
        train: Fit on the first so many weeks; ``predicted`` still covers all of them.
    """
    weeks = rows.outcome.size if train is None else train
    problem = JointProblem(rows, weeks)
    drivers = problem.columns.shape[1]
    found, prior, aside = _settled(problem, _opening(problem, rows, weeks))
    residual = problem.learn_noise(found.modes)
    tight = prior_precision(prior, problem.channels)
    covariance = np.linalg.inv((found.matrix - tight) / _persistence(residual) + tight)
    unscaled = found.modes.copy()
    unscaled[:, 3] += np.log(problem.scale)
    brought, _ = problem.media(found.modes[None].reshape(1, -1), problem.past(problem.delays[None], weeks))
    return JointFit(
        modes=unscaled,
        covariance=np.asarray(covariance, dtype=np.float64),
        noise=np.full(problem.channels, problem.noise * problem.scale),
        power=1.0,
        prior=prior,
        predicted=problem.predict(found.modes) * problem.scale,
        delays=tuple(int(d) for d in problem.delays),
        media=float(np.mean(brought) / np.mean(problem.outcome)),
        residual=residual,
        aside=aside,
        drivers=drivers,
        ahead=_ahead(rows, problem, found, prior, aside=aside),
    )


def _opening(problem: JointProblem, rows: JointRows, weeks: int) -> CurvePrior:
    spent = max(float(np.sum(rows.spend[:, :weeks])) / weeks, 1e-9)
    return joint_prior(float(np.log(_MEDIA_SHARE * problem.scale / spent)))


def _settled(problem: JointProblem, prior: CurvePrior) -> tuple[JointModes, CurvePrior, tuple[int, ...]]:
    """Find the curves in turn with the noise, the prior's spread, weeks to set aside and delays."""
    start = np.repeat(problem.centres(prior)[None], len(_STARTS), axis=0)
    start[:, :, :3] = _STARTS[:, None, :]
    found = problem.solve(start, prior)
    aside: tuple[int, ...] = ()
    for step in range(_ROUNDS):
        residual = problem.learn_noise(found.modes)
        if step in _ASIDE_STEPS and (more := _outlying(residual, problem.outcome, but=aside)):
            problem.set_aside(np.array(more, dtype=np.intp))
            aside = tuple(sorted((*aside, *more)))
            found = problem.solve(np.concatenate([start, found.modes[None]]), prior)
            problem.learn_noise(found.modes)
        problem.learn_spreads(found.modes)
        shown = found.modes.copy()
        shown[:, 3] -= problem.offset
        prior = learned_spread(prior, shown, np.asarray(np.linalg.inv(found.matrix), dtype=np.float64))
        if step == 0 or (step < _DELAY_ROUNDS and np.any(problem.delays)):
            found = _choose_delays(problem, found, prior)
        found = problem.solve(found.modes[None], prior)
    return found, prior, aside


def _outlying(residual: Floats, outcome: Floats, *, but: tuple[int, ...]) -> tuple[int, ...]:
    """Return weeks off by more than five robust deviations, at most one in twenty together with those before.

    One that is far beyond the others bends the fit around it, so those in its shade wait for the next look.
    """
    off = np.abs(residual - np.median(residual))
    off[list(but)] = 0.0
    deviation = max(1.4826 * float(np.median(off)), _LEAST_DEVIATION)
    if float(np.median(outcome)) <= 0:
        return ()
    bound = max(_OUTLYING * deviation, _SHADE * float(np.max(off)))
    farthest = np.argsort(-off, kind="stable")[: max(residual.size // 20 - len(but), 0)]
    return tuple(sorted(int(week) for week in farthest if off[week] > bound))


def _ahead(
    rows: JointRows, problem: JointProblem, found: JointModes, prior: CurvePrior, *, aside: tuple[int, ...]
) -> Floats | None:
    """Fit the first four fifths again and predict the rest; spread, noise and delays are kept as they are."""
    weeks = problem.train
    first = weeks - weeks // 5
    if weeks < _WEEKS_FOR_HOLDOUT or not np.all(np.any(rows.spend[:, :first] > 0, axis=1)):
        return None
    earlier = JointProblem(rows, first)
    earlier.delays = problem.delays
    earlier.noise = problem.noise * (problem.scale / earlier.scale) ** 2
    for kind in np.unique(earlier.kinds):
        scale = problem.spreads[problem.kinds == kind][0] / problem.given_spreads[problem.kinds == kind][0]
        earlier.spreads[earlier.kinds == kind] *= scale
    earlier.set_aside(np.array([week for week in aside if week < first], dtype=np.intp))
    again = found.modes.copy()
    again[:, 3] += np.log(problem.scale / earlier.scale)
    solved = earlier.solve(again[None], prior, steps=12)
    result: Floats = earlier.predict(solved.modes)[first:weeks] * earlier.scale
    return result


def _choose_delays(problem: JointProblem, found: JointModes, prior: CurvePrior) -> JointModes:
    """Let channels wait a week or two where the rows clearly say so."""
    count, before = problem.channels, problem.delays
    found = problem.solve(found.modes[None], prior)
    if problem.train < _WEEKS_FOR_DELAYS:
        return found
    tried = [(c, weeks) for c in range(count) for weeks in range(1, MAX_DELAY + 1) if weeks != before[c]]
    delays = np.tile(before, (len(tried), 1))
    start = np.tile(found.modes, (len(tried), 1, 1))
    for i, (c, weeks) in enumerate(tried):
        delays[i, c] = weeks
        start[i, c, 0] = -1.0
    gains = found.costs[0] - problem.solve(start, prior, delays=delays, steps=8).costs
    chosen, again = before.copy(), found.modes.copy()
    for i in np.argsort(gains):
        if gains[i] >= _DELAY_EVIDENCE:
            c, weeks = tried[i]
            chosen[c], again[c, 0] = weeks, -1.0
    problem.delays = chosen
    return problem.solve(again[None], prior)


def _persistence(residual: Floats) -> float:
    """Return how much residuals that follow each other widen a sum: ``(1 + r) / (1 - r)``, chance taken off."""
    r = float(residual[1:] @ residual[:-1]) / max(float(residual @ residual), 1e-12)
    r = min(max(r - 1 / math.sqrt(residual.size), 0.0), 0.8)
    return (1 + r) / (1 - r)
