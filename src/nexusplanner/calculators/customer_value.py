"""Customer value: how often customers will buy again and what a purchase is worth.

BG/NBD (Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way", Marketing Science 24(2),
equation 6) and Gamma-Gamma (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value"), fitted
by maximum likelihood with L-BFGS-B over the logs of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError


@dataclass(frozen=True)
class BGNBD:
    """Purchases: gamma(r, alpha) rates, beta(a, b) chances of leaving after a purchase."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def expected(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, *, periods: float) -> Floats:  # noqa: N803
        """Return expected purchases of each customer in the next ``periods`` (equation 10)."""
        from scipy.special import hyp2f1

        x, t_x, T = _customers(x, t_x, T)  # noqa: N806
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        ahead = hyp2f1(r + x, b + x, a + b + x - 1, periods / (alpha + T + periods))
        part = 1 - ((alpha + T) / (alpha + T + periods)) ** (r + x) * ahead
        top = (a + b + x - 1) / (a - 1) * part
        result: Floats = top / (1 + self._odds_gone(x, t_x, T))
        return result

    def alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:  # noqa: N803
        """Return the chance of each customer to be active still, 0-1."""
        x, t_x, T = _customers(x, t_x, T)  # noqa: N806
        result: Floats = 1 / (1 + self._odds_gone(x, t_x, T))
        return result

    def _odds_gone(self, x: Floats, t_x: Floats, T: Floats) -> Floats:  # noqa: N803
        odds = self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + T) / (self.alpha + t_x)) ** (self.r + x)
        result: Floats = np.where(x > 0, odds, 0.0)
        return result


@dataclass(frozen=True)
class GammaGamma:
    """Money: a purchase is gamma(p, nu), nu is gamma(q, gamma) across customers."""

    p: float
    q: float
    gamma: float
    log_likelihood: float

    def expected(self, x: npt.ArrayLike, mean_spend: npt.ArrayLike) -> Floats:
        """Return each customer's expected money a purchase, given ``x`` purchases of ``mean_spend``."""
        counts, means = np.asarray(x, dtype=np.float64), np.asarray(mean_spend, dtype=np.float64)
        total = self.p * counts + self.q - 1
        result: Floats = self.p * (self.gamma + counts * means) / total
        return result


def fit_bgnbd(x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> BGNBD:  # noqa: N803
    """Fit how customers buy again and leave.

    Args:
        x: Repeat purchases of each customer, shape ``(customers,)``.
        t_x: Time of the last one since the first purchase, any unit; 0 where ``x`` is 0.
        T: Time each customer was watched, same unit.

    Raises:
        InputError: The columns differ in length, are empty, or a customer's ``t_x`` is beyond ``T``.
    """
    x, t_x, T = _customers(x, t_x, T)  # noqa: N806
    rows, counts = np.unique(np.stack([x, t_x, T], axis=1), axis=0, return_counts=True)
    unit = float(np.max(T)) / 10 or 1.0
    rows = rows / np.array([1.0, unit, unit])

    def cost(logs: Floats) -> float:
        return -float(np.sum(counts * _bgnbd(np.exp(logs), rows)))

    best, value = _minimum(cost, np.zeros(4))
    r, alpha, a, b = (float(v) for v in np.exp(best))
    return BGNBD(r=r, alpha=alpha * unit, a=a, b=b, log_likelihood=-value - float(np.sum(x)) * float(np.log(unit)))


def _bgnbd(parameters: Floats, rows: Floats) -> Floats:
    from scipy.special import betaln, gammaln

    r, alpha, a, b = parameters
    x, t_x, T = rows.T  # noqa: N806
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    stays = -(r + x) * np.log(alpha + T)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    result: Floats = shared + np.where(x > 0, np.logaddexp(stays, left), stays)
    return result


def fit_gamma_gamma(x: npt.ArrayLike, mean_spend: npt.ArrayLike) -> GammaGamma:
    """Fit what a purchase is worth; customers without repeat purchases or money are left out.

    Args:
        x: Repeat purchases of each customer, shape ``(customers,)``.
        mean_spend: Mean money of those purchases.

    Raises:
        InputError: The columns differ in length, or nobody bought again.
    """
    counts, means = np.asarray(x, dtype=np.float64), np.asarray(mean_spend, dtype=np.float64)
    if counts.shape != means.shape or counts.ndim != 1:
        raise InputError("x and mean_spend differ in length", field="x", value=counts.shape)
    kept = (counts > 0) & (means > 0)
    if not np.any(kept):
        raise InputError("nobody bought again", field="x", fix="Give customers with repeat purchases.")
    counts, unit = counts[kept], float(np.mean(means[kept]))
    scaled = means[kept] / unit

    def cost(logs: Floats) -> float:
        return -float(np.sum(_gamma_gamma(np.exp(logs), counts, scaled)))

    best, value = _minimum(cost, np.array([1.0, 1.0, 0.0]))
    p, q, gamma = (float(v) for v in np.exp(best))
    return GammaGamma(p=p, q=q, gamma=gamma * unit, log_likelihood=-value - len(counts) * float(np.log(unit)))


def _gamma_gamma(parameters: Floats, x: Floats, m: Floats) -> Floats:
    from scipy.special import gammaln

    p, q, gamma = parameters
    result: Floats = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(gamma)
        + (p * x - 1) * np.log(m)
        + p * x * np.log(x)
        - (p * x + q) * np.log(gamma + x * m)
    )
    return result


def _minimum(cost: Callable[[Floats], float], start: Floats) -> tuple[Floats, float]:
    from scipy.optimize import minimize

    found = minimize(
        cost, start, method="L-BFGS-B", bounds=[(-12.0, 12.0)] * start.size, options={"ftol": 1e-14, "gtol": 1e-7}
    )
    return np.asarray(found.x, dtype=np.float64), float(found.fun)


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


class _ValueInputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: tuple[tuple[float, float, float, float], ...]
    counts: tuple[int, ...]
    periods: float
    margin: float


def customer_value(
    x: npt.ArrayLike,
    t_x: npt.ArrayLike,
    T: npt.ArrayLike,  # noqa: N803
    mean_spend: npt.ArrayLike,
    *,
    periods: float,
    margin: float = 1.0,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Value a customer base over the next ``periods``: purchases times money a purchase times margin.

    Args:
        x: Repeat purchases of each customer, shape ``(customers,)``.
        t_x: Time of the last one since the first.
        T: Time each was watched.
        mean_spend: Mean money of the repeat purchases.
        periods: How far ahead, in the unit of ``T``.
        margin: Share of the money that is kept.
        evidence: Ids of the evidence the rows were read from.
    """
    stacked = np.stack([np.asarray(c, dtype=np.float64) for c in (x, t_x, T, mean_spend)], axis=1)
    rows, counts = np.unique(stacked, axis=0, return_counts=True)
    inputs = {"rows": rows.tolist(), "counts": counts.tolist(), "periods": float(periods), "margin": float(margin)}
    return calculate(
        "customer_value",
        cast(JsonObject, inputs),
        explain=lambda out: (
            f"Valued {out['customers']:,} customers over {periods:g} periods by BG/NBD and Gamma-Gamma."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Value a customer base from plain JSON."""
    given = _ValueInputs.model_validate(inputs)
    x, t_x, T, spend = np.repeat(np.array(given.rows), given.counts, axis=0).T  # noqa: N806
    buying, money = fit_bgnbd(x, t_x, T), fit_gamma_gamma(x, spend)
    purchases = buying.expected(x, t_x, T, periods=given.periods)
    values = purchases * money.expected(x, spend) * given.margin
    return {
        "customers": int(x.size),
        "purchases": float(np.sum(purchases)),
        "value": float(np.sum(values)),
        "mean_value": float(np.mean(values)),
        "alive": float(np.mean(buying.alive(x, t_x, T))),
        "bgnbd": {"r": buying.r, "alpha": buying.alpha, "a": buying.a, "b": buying.b},
        "gamma_gamma": {"p": money.p, "q": money.q, "gamma": money.gamma},
    }
