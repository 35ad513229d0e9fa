"""Gamma-Gamma: what a customer's purchase is worth.

Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.likelihood import most_likely, row_weights, weighted_rows
from nexusplanner.errors import InputError


@dataclass(frozen=True)
class GammaGamma:
    """Money: a purchase is gamma(p, nu), nu is gamma(q, gamma) across customers."""

    p: float
    q: float
    gamma: float
    log_likelihood: float

    @property
    def mean(self) -> float:
        """Money a purchase across all customers; infinite where ``q`` is at most 1."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("inf")

    def expected(self, x: npt.ArrayLike, mean_spend: npt.ArrayLike) -> Floats:
        """Return each customer's expected money a purchase, given ``x`` purchases of ``mean_spend``."""
        counts, means = np.asarray(x, dtype=np.float64), np.asarray(mean_spend, dtype=np.float64)
        total = self.p * counts + self.q - 1
        result: Floats = self.p * (self.gamma + counts * means) / total
        return result


def fit_gamma_gamma(x: npt.ArrayLike, mean_spend: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> GammaGamma:
    """Fit what a purchase is worth; customers without repeat purchases or money are left out.

    Args:
        x: Repeat purchases of each customer, shape ``(customers,)``.
        mean_spend: Mean money of those purchases.
        weights: How many customers each row stands for; one where left out.

    Raises:
        InputError: The columns differ in length, or nobody bought again.
    """
    counts, means = np.asarray(x, dtype=np.float64), np.asarray(mean_spend, dtype=np.float64)
    if counts.shape != means.shape or counts.ndim != 1:
        raise InputError("x and mean_spend differ in length", field="x", value=counts.shape)
    kept = (counts > 0) & (means > 0)
    if not np.any(kept):
        raise InputError("nobody bought again", field="x", fix="Give customers with repeat purchases.")
    sizes = row_weights(weights, counts.shape)[kept]
    rows, sizes = weighted_rows((counts[kept], means[kept]), sizes)
    unit = float(sizes @ rows[:, 1]) / float(np.sum(sizes))
    rows = rows / np.array([1.0, unit])
    best, value = most_likely(lambda parameters: _likelihood(parameters, rows), sizes, start=np.array([1.0, 1.0, 0.0]))
    p, q, gamma = (float(v) for v in best)
    rescaled = float(np.sum(sizes)) * float(np.log(unit))
    return GammaGamma(p=p, q=q, gamma=gamma * unit, log_likelihood=value - rescaled)


def _likelihood(parameters: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Return the log likelihood of every row, and its slopes in the three parameters."""
    from scipy.special import digamma, gammaln

    p, q, gamma = parameters
    x, m = rows.T
    shape, scale = p * x, np.log(gamma + x * m)
    values = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(gamma)
        + (shape - 1) * np.log(m)
        + shape * np.log(x)
        - (shape + q) * scale
    )
    slopes = np.stack(
        [
            x * (digamma(shape + q) - digamma(shape) + np.log(m) + np.log(x) - scale),
            digamma(shape + q) - digamma(q) + np.log(gamma) - scale,
            q / gamma - (shape + q) / (gamma + x * m),
        ]
    )
    return values, slopes
