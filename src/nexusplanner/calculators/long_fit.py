"""Response curves of a long history: each channel has its own results."""

from __future__ import annotations

import numpy as np

from nexusplanner.calculators.curve_rows import CurveInputs
from nexusplanner.calculators.fitted_rows import FittedRows, reference_spend
from nexusplanner.calculators.scarce_results import is_scarce
from nexusplanner.calculators.separate_fit import SeparateRows, fit_separately


def fit_long(given: CurveInputs) -> FittedRows | None:
    """Fit the channels that have results of their own, where some have enough those alone; None where none has."""
    some = tuple(n for n in given.known if any(v > 0 for v in given.results.get(n) or ()))
    names = tuple(n for n in some if not is_scarce(given.weekly(given.results[n] or ()), given.metric)) or some
    if not names:
        return None
    spend = np.stack([given.weekly(given.spend[n]) for n in names])
    result = np.stack([given.weekly(given.results[n] or ()) for n in names])
    keep = np.sum(spend, axis=1) > 0
    names = tuple(n for n, kept in zip(names, keep, strict=True) if kept)
    if not names:
        return None
    spend, result = spend[keep], result[keep]
    reference = reference_spend(spend)
    fit = fit_separately(SeparateRows(spend=spend, result=np.maximum(result, 0.0), reference=reference))
    return FittedRows(names=names, fit=fit, reference=reference, actual=result, warnings=())
