"""Pooling: the lift over all segments together, and whether the segments differ at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nexusplanner.domain.model import JsonObject


@dataclass(frozen=True)
class Effect:
    """A lift and its squared standard error."""

    lift: float
    variance: float


def pooled(effects: Sequence[Effect], alpha: float) -> JsonObject | None:
    """Pool lifts by the inverse of their variances, and test whether they are one and the same.

    Cochran's Q is chi-square with one degree less than there are lifts if all segments gain alike
    (Cochran 1954); I squared is the share of their spread beyond chance (Higgins & Thompson 2002).

    Returns:
        None where fewer than two lifts have a variance.
    """
    from scipy.special import chdtrc, ndtri

    known = [e for e in effects if e.variance > 0]
    if len(known) < 2:
        return None
    weights = [1 / e.variance for e in known]
    lift = sum(w * e.lift for w, e in zip(weights, known, strict=True)) / sum(weights)
    half = float(-ndtri(alpha / 2)) / math.sqrt(sum(weights))
    q, freedom = sum(w * (e.lift - lift) ** 2 for w, e in zip(weights, known, strict=True)), len(known) - 1
    p = float(chdtrc(freedom, q))
    return {
        "lift": lift,
        "low": lift - half,
        "high": lift + half,
        "segments": len(known),
        "q": q,
        "p_value": p,
        "i_squared": max(0.0, (q - freedom) / q) if q > 0 else 0.0,
        "is_different": p < alpha,
    }
