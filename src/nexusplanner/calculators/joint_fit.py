"""Response curves where all channels share one outcome column.

The curves are found by damped Gauss-Newton steps from several starts, in turn with the noise, the
spread between channels and the weeks that a channel's money waits before it works. The uncertainty is
Laplace's, across channels, so collinear channels are uncertain together; it is widened where residuals
follow each other from week to week.
"""

from __future__ import annotations

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_prior import CurvePrior
from nexusplanner.calculators.joint_prior import joint_prior, learned_spread, prior_precision
from nexusplanner.calculators.joint_problem import MAX_DELAY, JointModes, JointProblem, JointRows
from nexusplanner.calculators.separate_fit import CurveFit

__all__ = ["JointRows", "fit_jointly"]

_MEDIA_SHARE = 0.2
"""Share of the outcome that media bring, before the rows are read."""
_STARTS = np.array([[-1.0, 0.2, 0.1], [0.8, 0.2, 0.2], [0.0, -0.7, 0.1], [0.0, 0.9, 0.4]])
_ROUNDS = 4
_DELAY_EVIDENCE = 3.0
"""Log likelihood that a delay must win: one in twenty channels is thought to have one."""
_WEEKS_FOR_DELAYS = 40
_DELAY_ROUNDS = 2


def fit_jointly(rows: JointRows, *, train: int | None = None) -> CurveFit:
    """Fit all channels to one outcome.

    Args:
        rows: Weekly rows.
        train: Fit on the first so many weeks; ``predicted`` still covers all of them.
    """
    weeks = rows.outcome.size if train is None else train
    problem = JointProblem(rows, weeks)
    spent = max(float(np.sum(rows.spend[:, :weeks])) / weeks, 1e-9)
    prior = joint_prior(float(np.log(_MEDIA_SHARE * problem.scale / spent)))
    start = np.repeat(problem.centres(prior)[None], len(_STARTS), axis=0)
    start[:, :, :3] = _STARTS[:, None, :]
    found = problem.solve(start, prior)
    for step in range(_ROUNDS):
        problem.learn_noise(found.modes)
        shown = found.modes.copy()
        shown[:, 3] -= problem.offset
        prior = learned_spread(prior, shown, np.asarray(np.linalg.inv(found.matrix), dtype=np.float64))
        if step < _DELAY_ROUNDS and weeks >= _WEEKS_FOR_DELAYS:
            found = _choose_delays(problem, found, prior)
        found = problem.solve(found.modes[None], prior)
    residual = problem.learn_noise(found.modes)
    tight = prior_precision(prior, problem.channels)
    covariance = np.linalg.inv((found.matrix - tight) / _persistence(residual) + tight)
    unscaled = found.modes.copy()
    unscaled[:, 3] += np.log(problem.scale)
    return CurveFit(
        modes=unscaled,
        covariance=np.asarray(covariance, dtype=np.float64),
        noise=np.full(problem.channels, problem.noise * problem.scale),
        power=1.0,
        prior=prior,
        predicted=problem.predict(found.modes) * problem.scale,
    )


def _choose_delays(problem: JointProblem, found: JointModes, prior: CurvePrior) -> JointModes:
    """Let channels wait a week or two where the rows clearly say so."""
    count, before = problem.channels, problem.delays
    found = problem.solve(found.modes[None], prior)
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
    r = min(max(r - float(residual.size) ** -0.5, 0.0), 0.8)
    return (1 + r) / (1 - r)
