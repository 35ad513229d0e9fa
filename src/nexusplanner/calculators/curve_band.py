"""The band of a curve: between what the response passes in nine of ten draws of its posterior, and in one of ten."""

from __future__ import annotations

import numpy as np

from nexusplanner.calculators.curve import Curves, Floats

_DRAWS = 1000
_SEED = 0
"""Every curve is drawn with the same numbers, so that the fit itself stays free of chance."""
_QUANTILES = (0.1, 0.9)


def curve_band(mean: Floats, covariance: Floats, reference: float, spend: Floats) -> Floats:
    """Return P10 and P90 of the weekly response at steady weekly spends.

    Args:
        mean: Coordinates of the curve, shape ``(4,)``.
        covariance: Their posterior covariance, shape ``(4, 4)``.
        reference: Weekly spend the last coordinate refers to.
        spend: Weekly spends, shape ``(n,)``.

    Returns:
        Metric a week, shape ``(n, 2)``: 80 % of 1,000 mirrored draws (PCG64) lie between. A week's own
        noise is not in it.
    """
    half = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((_DRAWS // 2, 4))
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    drawn = Curves.at(mean + np.concatenate([half, -half]) @ root, np.full(_DRAWS, reference))
    result: Floats = np.quantile(drawn.column().response(spend[None]), _QUANTILES, axis=0).T
    return result
