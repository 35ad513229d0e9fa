"""Customer value: purchases to come, times money a purchase, times margin (BG/NBD and Gamma-Gamma)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from nexusplanner.calculators.bgnbd import fit_bgnbd
from nexusplanner.calculators.gamma_gamma import fit_gamma_gamma
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.sources import read_from
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject


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
            f"Valued {out['customers']:,} customers over {periods:g} periods by BG/NBD and Gamma-Gamma, "
            f"{read_from('their orders', evidence)}."
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
