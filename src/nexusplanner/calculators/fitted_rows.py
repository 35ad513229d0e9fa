"""A fit and the rows it was made from, whichever layout they had."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.separate_fit import CurveFit
from nexusplanner.domain.model import JsonObject


@dataclass(frozen=True)
class FittedRows:
    """A fit and the rows it was made from."""

    names: tuple[str, ...]
    fit: CurveFit
    reference: Floats
    """Mean spend of active weeks, shape ``(channels,)``."""
    actual: Floats
    """Results, shape ``(channels, weeks)`` or ``(weeks,)``."""
    warnings: tuple[str, ...]
    level_is_assumed: bool = False
    told: JsonObject = field(default_factory=dict)
    """What else is known of the fit's quality."""


def reference_spend(spend: Floats) -> Floats:
    """Return the mean spend of active weeks of rows of shape ``(channels, weeks)``; shape ``(channels,)``."""
    active = np.maximum(np.sum(spend > 0, axis=1), 1)
    result: Floats = np.sum(spend, axis=1) / active
    return result


def quality(fitted: FittedRows | None) -> JsonObject:
    """Measure how well the fit follows the rows: R squared and mean absolute percentage error of the weeks' totals."""
    if fitted is None:
        return {"r2": None, "mape": None, "n": 0}
    actual, predicted = (
        np.atleast_2d(fitted.actual).sum(axis=0),
        np.atleast_2d(fitted.fit.predicted).sum(axis=0),
    )
    around = float(np.sum((actual - np.mean(actual)) ** 2))
    some = actual > 0
    return {
        "r2": 1 - float(np.sum((actual - predicted) ** 2)) / around if around > 0 else None,
        "mape": float(np.mean(np.abs(predicted - actual)[some] / actual[some])) if np.any(some) else None,
        "n": int(actual.size),
        **fitted.told,
    }
