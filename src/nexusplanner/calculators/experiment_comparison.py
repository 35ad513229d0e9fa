"""Comparison of two arms: the lift, its interval, and how surprising it would be without one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nexusplanner.calculators.experiment_arms import Arm, mean_and_variance


@dataclass(frozen=True)
class Comparison:
    """A treated arm beside its control."""

    control: float
    value: float
    """Rate or mean of the treated arm."""
    statistic: float
    p_value: float
    low: float
    high: float
    """The interval of the lift."""

    @property
    def lift(self) -> float:
        """Return value - control."""
        return self.value - self.control


def compare(control: Arm, arm: Arm, alpha: float) -> Comparison:
    """Compare a treated arm with its control.

    Rates: pooled z test, Newcombe's interval of the difference (Newcombe 1998, method 10). Means, where
    either arm has squares: Welch's t test and interval (Welch 1947).
    """
    is_rate = arm.squares is None and control.squares is None
    return _rates(control, arm, alpha) if is_rate else _means(control, arm, alpha)


def spread(control: Arm, arm: Arm) -> float:
    """Return the squared standard error of the lift, each arm with its own variance."""
    if control.squares is None and arm.squares is None:
        rates = ((a.total / a.n, a.n) for a in (control, arm))
        return sum(p * (1 - p) / n for p, n in rates)
    return sum(mean_and_variance(a)[1] / a.n for a in (control, arm))


def _rates(control: Arm, arm: Arm, alpha: float) -> Comparison:
    from scipy.special import ndtr, ndtri

    p0, p1 = control.total / control.n, arm.total / arm.n
    pooled = (control.total + arm.total) / (control.n + arm.n)
    error = math.sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / arm.n))
    z = (p1 - p0) / error if error > 0 else 0.0
    critical = float(-ndtri(alpha / 2))
    low0, high0 = _wilson(p0, control.n, critical)
    low1, high1 = _wilson(p1, arm.n, critical)
    low, high = p1 - p0 - math.hypot(p1 - low1, high0 - p0), p1 - p0 + math.hypot(high1 - p1, p0 - low0)
    return Comparison(p0, p1, z, float(2 * ndtr(-abs(z))), low, high)


def _wilson(p: float, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's interval of one rate (Wilson 1927)."""
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


def _means(control: Arm, arm: Arm, alpha: float) -> Comparison:
    from scipy.special import stdtr, stdtrit

    (m0, s0), (m1, s1) = mean_and_variance(control), mean_and_variance(arm)
    v0, v1 = s0 / control.n, s1 / arm.n
    error = math.sqrt(v0 + v1)
    freedom = (v0 + v1) ** 2 / (v0**2 / (control.n - 1) + v1**2 / (arm.n - 1)) if error > 0 else 1.0
    t = (m1 - m0) / error if error > 0 else 0.0
    half = float(-stdtrit(freedom, alpha / 2)) * error
    return Comparison(m0, m1, t, float(2 * stdtr(freedom, -abs(t))), m1 - m0 - half, m1 - m0 + half)
