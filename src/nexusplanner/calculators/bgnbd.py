"""BG/NBD: how often customers buy again, and whether they are still there.

Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD
Model", Marketing Science 24(2): likelihood of equation 6, expectation of equation 10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.likelihood import most_likely, row_weights, weighted_rows
from nexusplanner.errors import InputError

_NEAR = 1e-6


@dataclass(frozen=True)
class BGNBD:
    """Purchases: gamma(r, alpha) rates, beta(a, b) chances of leaving after a purchase."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def expected(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, *, periods: float) -> Floats:  # noqa: N803
        """Return expected purchases of each customer in the next ``periods``.

        Equation 10, its hypergeometric function in whichever of Euler's two forms stays small.
        """
        x, t_x, T = _customers(x, t_x, T)  # noqa: N806
        # At 1 the formula is 0 / 0; so close to it, it is its limit.
        a = self.a if abs(self.a - 1) > _NEAR else 1 + _NEAR
        lost = self._series(x, a, periods / (self.alpha + T + periods))
        result: Floats = (a + self.b + x - 1) / (a - 1) * (1 - lost) / (1 + self._odds_gone(x, t_x, T))
        return result

    def _series(self, x: Floats, a: float, z: Floats) -> Floats:
        from scipy.special import hyp2f1

        rate, stays, both = self.r + x, self.b + x, a + self.b + x - 1
        is_given = a - 1 >= rate
        first = np.where(is_given, rate, both - rate)
        second = np.where(is_given, stays, a - 1)
        with np.errstate(over="ignore", invalid="ignore"):
            result: Floats = (1 - z) ** np.where(is_given, rate, a - 1) * hyp2f1(first, second, both, z)
        return result

    def alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:  # noqa: N803
        """Return the chance of each customer to be active still, 0-1."""
        x, t_x, T = _customers(x, t_x, T)  # noqa: N806
        result: Floats = 1 / (1 + self._odds_gone(x, t_x, T))
        return result

    def _odds_gone(self, x: Floats, t_x: Floats, T: Floats) -> Floats:  # noqa: N803
        with np.errstate(over="ignore"):
            silence = ((self.alpha + T) / (self.alpha + t_x)) ** (self.r + x)
        odds = self.a / (self.b + np.maximum(x, 1) - 1) * silence
        result: Floats = np.where(x > 0, odds, 0.0)
        return result


def fit_bgnbd(
    x: npt.ArrayLike,
    t_x: npt.ArrayLike,
    T: npt.ArrayLike,  # noqa: N803
    *,
    weights: npt.ArrayLike | None = None,
) -> BGNBD:
    """Fit how customers buy again and leave.

    Args:
        x: Repeat purchases of each customer, shape ``(customers,)``.
        t_x: Time of the last one since the first purchase, any unit; 0 where ``x`` is 0.
        T: Time each customer was watched, same unit.
        weights: How many customers each row stands for; one where left out. A row of several holds
            their means.

    Raises:
        InputError: The columns differ in length, are empty, or a customer's ``t_x`` is beyond ``T``.
    """
    x, t_x, T = _customers(x, t_x, T)  # noqa: N806
    rows, counts = weighted_rows((x, t_x, T), row_weights(weights, x.shape))
    unit = float(np.max(rows[:, 2])) / 10 or 1.0
    rows = rows / np.array([1.0, unit, unit])
    best, value = most_likely(lambda parameters: _likelihood(parameters, rows), counts, start=np.zeros(4))
    r, alpha, a, b = (float(v) for v in best)
    rescaled = float(counts @ rows[:, 0]) * float(np.log(unit))
    return BGNBD(r=r, alpha=alpha * unit, a=a, b=b, log_likelihood=value - rescaled)


def _likelihood(parameters: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Return the log likelihood of every row, and its slopes in the four parameters."""
    from scipy.special import digamma, gammaln

    r, alpha, a, b = parameters
    x, t_x, T = rows.T  # noqa: N806
    again, after = x > 0, b + np.maximum(x, 1) - 1
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    leaving = gammaln(b + x) - gammaln(a + b + x) - gammaln(b) + gammaln(a + b)
    stays = -(r + x) * np.log(alpha + T)
    left = np.where(again, np.log(a) - np.log(after) - (r + x) * np.log(alpha + t_x), -np.inf)
    either = np.logaddexp(stays, left)
    gone = np.exp(left - either)
    slopes = np.stack(
        [
            digamma(r + x) - digamma(r) + np.log(alpha) - (1 - gone) * np.log(alpha + T) - gone * np.log(alpha + t_x),
            r / alpha - (r + x) * ((1 - gone) / (alpha + T) + gone / (alpha + t_x)),
            digamma(a + b) - digamma(a + b + x) + gone / a,
            digamma(b + x) - digamma(a + b + x) - digamma(b) + digamma(a + b) - gone / after,
        ]
    )
    return rate + leaving + either, slopes


def _customers(x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:  # noqa: N803
    columns = tuple(np.asarray(column, dtype=np.float64) for column in (x, t_x, T))
    if len({column.shape for column in columns}) != 1 or columns[0].ndim != 1 or columns[0].size == 0:
        raise InputError("x, t_x and T must be columns of one length", field="x", value=[c.shape for c in columns])
    counts, last, watched = columns
    if np.any(counts < 0) or np.any(last < 0) or np.any(last > watched) or not np.all(np.isfinite(counts + watched)):
        raise InputError(
            "a customer's last purchase is after the end of watching, or a number is negative", field="t_x"
        )
    return counts, last, watched
