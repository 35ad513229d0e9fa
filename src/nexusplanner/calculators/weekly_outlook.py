"""The outlook by week: how what a campaign brings adds up, and how sure one may be at each week's end.

A period's result is drawn as a whole first; here each draw is taken apart into weeks that add up to
it. A week's noise is normal with its share of the period's variance, and conditioned on the weeks'
sum being the period's noise (a Brownian bridge: Karatzas and Shreve 1991, section 5.6.B). Where a
week would fall below zero it counts nothing, and the draw's other weeks shrink to keep the sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.curve import Floats
from nexusplanner.domain.model import JsonObject

_QUANTILES = (0.1, 0.5, 0.9)


def cumulative_results(results: Floats, deviation: Floats, shares: Floats, *, seed: int) -> Floats:
    """Add drawn results up week by week.

    Args:
        results: Results of the period, shape ``(draws, channels)``.
        deviation: Standard deviation of each one's noise, same shape.
        shares: Each week's part of a channel's result, shape ``(channels, weeks)``; rows add up to one.
        seed: Seeds the weeks' noise (PCG64).

    Returns:
        Result of all channels from the first week to the end of each, shape ``(draws, weeks)``: never
        falling, and in the last week exactly the sum of ``results``.
    """
    draws = np.random.Generator(np.random.PCG64(seed))
    paths = np.zeros((results.shape[0], shares.shape[1]))
    for i, share in enumerate(shares):
        noise = draws.standard_normal(paths.shape) * np.sqrt(share)
        bridge = noise - share * noise.sum(axis=1, keepdims=True)
        weeks = np.maximum(share * results[:, i : i + 1] + deviation[:, i : i + 1] * bridge, 0.0)
        whole = weeks.sum(axis=1, keepdims=True)
        weeks = np.where(whole > 0, weeks / np.where(whole > 0, whole, 1.0), share)
        paths += results[:, i : i + 1] * weeks
    totals = results.sum(axis=1, keepdims=True)
    path: Floats = np.minimum(np.cumsum(paths, axis=1), totals)
    path[:, -1:] = totals
    return path


def weekly_rows(paths: Floats) -> list[JsonValue]:
    """Write P10, P50 and P90 at the end of each week, counted from 1."""
    rows: list[JsonValue] = []
    for week, (p10, p50, p90) in enumerate(np.quantile(paths, _QUANTILES, axis=0).T, start=1):
        row: JsonObject = {"week": week, "p10": float(p10), "p50": float(p50), "p90": float(p90)}
        rows.append(row)
    return rows


def weekly_shares(money: Sequence[Sequence[float]] | None, *, channels: int, weeks: int) -> Floats:
    """Return each week's part of a channel's money, shape ``(channels, weeks)``; even where none is told."""
    even = np.full((channels, weeks), 1.0 / weeks)
    if not money:
        return even
    spent: Floats = np.array(money, dtype=np.float64)
    whole = spent.sum(axis=1, keepdims=True)
    shares: Floats = np.where(whole > 0, spent / np.where(whole > 0, whole, 1.0), even)
    return shares
