"""Calibration: how much wider or narrower forecasts should be than they were, learnt from how earlier ones did.

Each earlier forecast leaves the distance of what came from its middle, in standard deviations of the side it fell on:
``z = (actual - p50) / ((p90 - p50) / 1.2816)``, the quantile of the standard normal where the probability integral
transform lies. Were the widths right, ``z`` would have variance 1. The factor is the root of the posterior mean of that
variance under a scaled inverse chi-square prior around 1 (Gelman et al. 2013, Bayesian Data Analysis, section 2.6):

    factor**2 = (8 + sum(z**2)) / (8 + n)

so that a single surprise moves it little and a row of them moves it as far as they say. It does after each outcome what
conformal prediction does with held-out residuals (Gibbs & Candes 2021), with a prior in place of many of them. A
campaign counts twice: once for all its channels together, once for their mean square, for they share its luck. Widths
are taken to three quarters at least: forecasts of easy campaigns say little of those of hard ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import NormalDist

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.curve import Floats
from nexusplanner.domain.learned import ForecastMiss
from nexusplanner.domain.model import JsonObject

_STANDARD = NormalDist()
_TEN_PERCENT = _STANDARD.inv_cdf(0.9)
_PRIOR = 8.0
"""So many forecasts of the right width are taken to have been seen."""
_FARTHEST = 4.0
_LEAST, _MOST = 0.75, 3.0


def distance(miss: ForecastMiss) -> float:
    """Return how far off a forecast was, in standard deviations that it had before it was calibrated; within 4."""
    side = miss.p90 - miss.p50 if miss.actual > miss.p50 else miss.p50 - miss.p10
    deviation = max(side / miss.factor / _TEN_PERCENT, 1e-9 * max(abs(miss.p50), 1.0))
    return min(max((miss.actual - miss.p50) / deviation, -_FARTHEST), _FARTHEST)


def calibration_factor(misses: Sequence[ForecastMiss]) -> float:
    """Return what widths are to be multiplied by; 1 where nothing was reported."""
    squares = [square for _, of_one in _by_outcome(misses) for square in _squares(of_one)]
    variance = (_PRIOR + sum(squares)) / (_PRIOR + len(squares))
    return min(max(math.sqrt(variance), _LEAST), _MOST)


def told(misses: Sequence[ForecastMiss]) -> list[JsonValue]:
    """Write each forecast's distance and where in its distribution the result fell, 0-1."""
    rows: list[JsonValue] = []
    for miss in misses:
        z = distance(miss)
        row: JsonObject = {"outcome": miss.outcome, "channel": miss.channel, "z": z, "pit": _STANDARD.cdf(z)}
        rows.append(row)
    return rows


def widened(results: Floats, factor: float | None) -> Floats:
    """Move drawn results of shape ``(draws, channels)`` away from each channel's middle, or towards it."""
    if factor is None:
        return results
    middle = np.median(results, axis=0)
    moved: Floats = np.maximum(middle + factor * (results - middle), 0.0)
    return moved


def _by_outcome(misses: Sequence[ForecastMiss]) -> Iterable[tuple[str, list[ForecastMiss]]]:
    ordered = sorted(misses, key=lambda miss: miss.outcome)
    return [(name, list(found)) for name, found in groupby(ordered, key=lambda miss: miss.outcome)]


def _squares(misses: Sequence[ForecastMiss]) -> list[float]:
    whole = [distance(miss) ** 2 for miss in misses if not miss.channel]
    parts = [distance(miss) ** 2 for miss in misses if miss.channel]
    return [*whole, *([sum(parts) / len(parts)] if parts else [])]
