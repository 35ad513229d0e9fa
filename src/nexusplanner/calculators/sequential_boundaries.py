"""Boundaries of a group-sequential test: how far ahead a test must be at each look to be stopped.

The standardised difference at look ``k`` is ``Z_k``; with information ``t_k`` (1 is all of it) and drift
``d``, the mean of ``Z`` at full information, ``Z_k sqrt(t_k)`` is a Brownian motion at time ``t_k``:
normal steps of mean ``d (t_k - t_{k-1})`` and variance ``t_k - t_{k-1}``. The density of those who go on is
carried from look to look by numerical integration (Armitage, McPherson & Rowe 1969; Jennison & Turnbull
2000, chapter 19), with ten Gauss-Legendre points a standard deviation of the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nexusplanner.calculators.alpha_spending import Spending, spent

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = npt.NDArray[np.float64]

FARTHEST = 12.0
"""No boundary lies farther out: beyond it nothing is left to be spent that a float could tell from zero."""
_REACH = 9.0
"""Standard deviations around the mean within which a density is followed."""
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(10)


@dataclass(frozen=True)
class Going:
    """The tests that are still going after a look: where their ``Z`` stands, and how likely that is."""

    drift: float
    information: float
    z: Floats
    mass: Floats
    """Probability at each ``z``; adds up to the chance of getting so far."""

    @classmethod
    def start(cls, drift: float) -> Going:
        """Begin: no information yet, nothing stopped."""
        return cls(drift, 0.0, np.zeros(1), np.ones(1))

    def mirrored(self) -> Going:
        """Swap the sides: what was above lies below."""
        return Going(-self.drift, self.information, -self.z, self.mass)

    def above(self, bound: float, information: float) -> float:
        """Return the chance of standing above ``bound`` at the next look."""
        return self._tail(bound, information, 1.0)

    def below(self, bound: float, information: float) -> float:
        """Return the chance of standing below ``bound`` at the next look."""
        return self._tail(bound, information, -1.0)

    def within(self, low: float, high: float, information: float) -> Going:
        """Go on to the next look with those that stand between two boundaries there."""
        step = information - self.information
        centre, width = self.drift * math.sqrt(information), math.sqrt(step / information)
        low, high = max(low, centre - _REACH), min(high, centre + _REACH)
        if low >= high:
            return Going(self.drift, information, np.array([low]), np.zeros(1))
        edges = np.linspace(low, high, math.ceil((high - low) / width) + 1)
        half = np.diff(edges)[:, None] / 2
        z = (edges[:-1, None] + half * (1 + _POINTS)).ravel()
        off = (z[:, None] * math.sqrt(information) - self._expected(step)) / math.sqrt(step)
        density = np.exp(-0.5 * off**2) @ self.mass / (width * math.sqrt(2 * math.pi))
        return Going(self.drift, information, z, (half * _WEIGHTS).ravel() * density)

    def _expected(self, step: float) -> Floats:
        return self.z * math.sqrt(self.information) + self.drift * step

    def _tail(self, bound: float, information: float, side: float) -> float:
        from scipy.special import ndtr

        step = information - self.information
        off = (self._expected(step) - bound * math.sqrt(information)) / math.sqrt(step)
        return float(self.mass @ ndtr(side * off))


def efficacy_bounds(spending: Spending, information: Sequence[float], alpha: float, *, is_final: bool = True) -> Floats:
    """Return how far ``|Z|`` must be out at each look, so that false alarms add up to ``alpha``, two-sided.

    Args:
        spending: How alpha is spent.
        information: At each look, rising; 1 is all that was planned.
        alpha: Chance of a false alarm over all looks, both sides together.
        is_final: Whether the last look is the test's last: it then spends all that is left.
    """
    going, used, bounds = Going.start(0.0), 0.0, []
    for k, t in enumerate(information):
        due = alpha / 2 if is_final and k == len(information) - 1 else spent(spending, t, alpha / 2)
        bound = _where(partial(going.above, information=t), max(due - used, 0.0), nearest=0.0)
        used, going = max(due, used), going.within(-bound, bound, t)
        bounds.append(bound)
    return np.array(bounds)


def futility_bounds(
    spending: Spending, information: Sequence[float], beta: float, *, efficacy: Floats, drift: float
) -> Floats:
    """Return below which ``Z`` a test is hopeless at each look but the last.

    The chance of giving up a test whose lift is the one looked for is spent as alpha is, up to ``beta``.
    """
    going, used, bounds = Going.start(drift), 0.0, []
    for t, upper in zip(information, efficacy, strict=True):
        due = max(spent(spending, t, beta), used)
        mirrored = going.mirrored()
        bound = -_where(partial(mirrored.above, information=t), due - used, nearest=-float(upper))
        used, going = due, going.within(max(bound, -float(upper)), float(upper), t)
        bounds.append(bound)
    return np.array(bounds)


def _where(tail: Callable[[float], float], probability: float, *, nearest: float) -> float:
    """Return the boundary whose tail holds a probability; the nearest or the farthest one where none does."""
    from scipy.optimize import brentq

    if tail(FARTHEST) >= probability:
        return FARTHEST
    if tail(nearest) <= probability:
        return nearest
    return float(brentq(lambda z: tail(z) - probability, nearest, FARTHEST, xtol=1e-13, rtol=1e-13))


@dataclass(frozen=True)
class Stops:
    """The chance that a test stops at each look, by what it then says."""

    better: Floats
    worse: Floats
    futile: Floats


def stops(information: Sequence[float], efficacy: Floats, futility: Floats | None, drift: float) -> Stops:
    """Return where a test of this drift stops; what is undecided at the last look counts nowhere."""
    going, rows = Going.start(drift), []
    for k, (t, upper) in enumerate(zip(information, efficacy, strict=True)):
        is_last = k == len(information) - 1
        floor = -float(upper) if futility is None or is_last else max(float(futility[k]), -float(upper))
        worse = going.below(-float(upper), t)
        rows.append((going.above(float(upper), t), worse, going.below(floor, t) - worse))
        going = going.within(floor, float(upper), t)
    return Stops(*np.array(rows).T)
