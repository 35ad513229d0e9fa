"""Channels that spent but brought next to nothing: what so few results leave likely of their level.

The shape of the curve is the pool's. ``k`` results from money ``S`` are Poisson with mean
``efficiency * S``; the log of the efficiency has Student's t with three degrees of freedom across
channels, since one that does not work at all is no rarity. Mean and deviation of what is left are
taken on a grid: with no result at all, a normal approximation would have no mode but the prior's.
Formula: Gelman et al. 2013, Bayesian Data Analysis, sections 2.6 and 17.2.
"""

from __future__ import annotations

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.domain.brief import Metric

_FEWEST = 5
"""Results below which a channel's own rows cannot carry a fit."""
_FREEDOM = 3.0
_GRID = np.linspace(-30.0, 6.0, 1441)


def result_size(results: Floats, metric: Metric) -> float:
    """Return what one result is worth: 1 where they are counted, the mean week with any where they are money."""
    some = results[results > 0]
    return float(np.mean(some)) if metric == "revenue" and some.size else 1.0


def is_scarce(results: Floats, metric: Metric) -> bool:
    """Say whether weekly results are too few to fit a curve to."""
    return float(np.sum(results)) / result_size(results, metric) < _FEWEST


def scarce_level(centre: float, spread: float, *, spent: float, results: float, size: float) -> tuple[float, float]:
    """Return mean and standard deviation of the log efficiency, metric per money.

    Args:
        centre: Mean of the log efficiency across channels.
        spread: Its standard deviation across channels.
        spent: All the money that was spent.
        results: All that came of it, in the metric.
        size: What one result is worth, in the metric.
    """
    logs = centre + max(spread, 0.5) * _GRID
    expected = np.exp(logs) * spent / size
    away = ((logs - centre) / spread) ** 2
    weight = results / size * np.log(expected) - expected - 0.5 * (_FREEDOM + 1) * np.log1p(away / _FREEDOM)
    chance = np.exp(weight - np.max(weight))
    chance /= np.sum(chance)
    mean = float(chance @ logs)
    return mean, float(np.sqrt(chance @ (logs - mean) ** 2))
