"""What is expected of channels that are fitted together, and what they teach each other.

The coordinates of a channel are normal around a centre that all share, and the centre is normal too.
Both are integrated out together, so that a doubt about all channels stays one in their sum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_prior import CurvePrior, starting_prior

_SPREAD = np.array([1.0, 0.45, 0.24, 0.5])
_WEIGHT = 8.0
"""How many channels the starting spread is worth."""
_DOUBT = np.array([0.7, 0.3, 0.12, 0.7])
"""Standard deviations of the centre, the last one of the log of what media bring, before the rows are read."""


def joint_prior(log_efficiency: float) -> CurvePrior:
    """Return the prior of channels with one outcome; ``log_efficiency`` is log outcome per money to start from."""
    return replace(starting_prior(log_efficiency), spread=_SPREAD, doubt=_DOUBT, start_doubt=_DOUBT)


def prior_precision(prior: CurvePrior, channels: int) -> Floats:
    """Return the prior's inverse covariance over all coordinates, shape ``(4 * channels, 4 * channels)``.

    What channels have in common is not known either: it is integrated out, so that their errors do
    not cancel out in a sum. Each coordinate has ``spread**2 I + doubt**2 1 1'`` across channels.
    """
    shared = np.ones((channels, channels))
    whole = np.zeros((channels, 4, channels, 4))
    for k in range(4):
        covariance = prior.spread[k] ** 2 * np.eye(channels) + prior.start_doubt[k] ** 2 * shared
        whole[:, k, :, k] = np.linalg.inv(covariance)
    return whole.reshape(4 * channels, -1)


def learned_spread(prior: CurvePrior, modes: Floats, covariance: Floats) -> CurvePrior:
    """Learn how far channels differ, and what they have in common; one step of expectation maximisation.

    Args:
        prior: The prior so far.
        modes: Fitted coordinates, shape ``(channels, 4)``.
        covariance: Their posterior covariance, shape ``(4 * channels, 4 * channels)``.
    """
    count = len(modes)
    blocks = covariance.reshape(count, 4, count, 4)
    apart = np.eye(count) - 1 / count
    scatter = np.array(
        [np.sum((apart @ modes[:, k]) ** 2) + np.trace(apart @ blocks[:, k, :, k] @ apart) for k in range(4)]
    )
    spread = np.sqrt((_WEIGHT * _SPREAD**2 + scatter) / (_WEIGHT + count - 1))
    total = 1 / prior.start_doubt**2 + count / spread**2
    centre = (prior.start / prior.start_doubt**2 + np.sum(modes, axis=0) / spread**2) / total
    pull = count / spread**2 / total
    of_mean = np.array([np.mean(blocks[:, k, :, k]) for k in range(4)])
    return replace(prior, centre=centre, spread=spread, doubt=np.sqrt(1 / total + pull**2 * of_mean))
