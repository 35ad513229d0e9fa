"""The best split of one amount over channels whose curves need not be concave.

S-shaped curves make local optima, so the search is global first: dynamic programming over a grid
(Bellman 1957; exact on the grid, whatever the shape), then the same again on ever finer grids around
the best split, until a step is some millionth of the money.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from nexusplanner.calculators.curve import Floats

Value = Callable[[Floats], Floats]
"""Shares of the money, shape ``(channels, points)`` -> what they bring, same shape."""

_COARSE = 240
_FINE = 48
_ZOOMS = 4
_MOST_PATTERNS = 12


def best_split(value: Value, *, low: Floats, high: Floats, threshold: Floats) -> Floats:
    """Maximise the sum of what the channels bring, shares adding up to one.

    Args:
        value: What each channel brings at given shares.
        low: Least shares, shape ``(channels,)``.
        high: Most shares, shape ``(channels,)``.
        threshold: A channel gets nothing or at least this share, shape ``(channels,)``.

    Returns:
        Shares, shape ``(channels,)``; within bounds, adding up to one within rounding. A channel
        below its threshold is exactly at zero.

    Raises:
        ValueError: No choice of channels keeps all bounds.
    """
    count = low.size
    grid = np.broadcast_to(np.linspace(0.0, 1.0, _COARSE + 1), (count, _COARSE + 1))
    lift = np.maximum(low, threshold)
    amounts = np.clip(grid, lift[:, None], high[:, None])
    worth = value(amounts)
    step = 1.0 / _COARSE
    outside = (grid < lift[:, None] - step) | (grid > high[:, None] + step)
    worth = np.where(outside, -np.inf, worth)
    is_off = (low <= 0) & ((threshold > 0) | (high <= 0))
    worth[is_off, 0] = value(np.zeros((count, 1)))[is_off, 0]
    picks = _best_path(worth, _COARSE)
    on = (picks > 0) | ~is_off if picks is not None else np.ones(count, dtype=bool)
    on = _feasible_pattern(on, low=lift, high=high, optional=is_off)
    lower, upper = np.where(on, lift, 0.0), np.where(on, high, 0.0)
    first = np.where(on, 1.0, 0.0) if picks is None else picks / _COARSE
    return _zoomed(value, onto_bounds(first, low=lower, high=upper), low=lower, high=upper)


def _zoomed(value: Value, split: Floats, *, low: Floats, high: Floats) -> Floats:
    """Search again on finer grids around a split; never returns a worse one."""
    width = 3.0 / _COARSE
    for _ in range(_ZOOMS):
        offsets = np.linspace(-width, width, 2 * _FINE + 1)
        points = split[:, None] + offsets
        slack = 1e-12
        outside = (points < low[:, None] - slack) | (points > high[:, None] + slack)
        worth = np.where(outside, -np.inf, value(np.clip(points, low[:, None], high[:, None])))
        picks = _best_path(worth, _FINE * split.size)
        if picks is not None:
            split = onto_bounds(split + offsets[picks], low=low, high=high)
        width *= 3.0 / _FINE
    return split


def _best_path(worth: Floats, total: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]] | None:
    """Choose one column a row, indices adding up to ``total``, that maximises the sum; None where none can."""
    count, width = worth.shape
    best = np.full(total + 1, -np.inf)
    reach = min(width, total + 1)
    best[:reach] = worth[0, :reach]
    choices = []
    for row in worth[1:]:
        padded = np.concatenate([np.full(width - 1, -np.inf), best])
        windows = np.lib.stride_tricks.sliding_window_view(padded, width)
        sums = windows + row[::-1]
        chosen = np.argmax(sums, axis=1)
        best = sums[np.arange(total + 1), chosen]
        choices.append(width - 1 - chosen)
    if not np.isfinite(best[total]):
        return None
    picks = np.zeros(count, dtype=np.intp)
    left = total
    for row_index in range(count - 1, 0, -1):
        picks[row_index] = choices[row_index - 1][left]
        left -= picks[row_index]
    picks[0] = left
    return picks


def _feasible_pattern(
    on: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    *,
    low: Floats,
    high: Floats,
    optional: Floats | np.ndarray,
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return the pattern itself where its bounds can hold, else the nearest one that can."""
    if _holds(on, low, high):
        return on
    free = np.flatnonzero(optional)[:_MOST_PATTERNS]
    patterns = []
    for choice in product((True, False), repeat=free.size):
        pattern = on.copy()
        pattern[free] = choice
        if _holds(pattern, low, high):
            patterns.append(pattern)
    if not patterns:
        raise ValueError("no choice of channels keeps all bounds")
    return min(patterns, key=lambda pattern: int(np.sum(pattern != on)))


def _holds(on: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], low: Floats, high: Floats) -> bool:
    slack = 1e-15
    return float(np.sum(low[on])) <= 1 + slack and float(np.sum(high[on])) >= 1 - slack


def onto_bounds(weights: Floats, *, low: Floats, high: Floats) -> Floats:
    """Scale weights so that they add up to one within bounds: ``clip(scale * weight, low, high)``.

    Where all weights together cannot reach one, the rest goes to whoever has room.
    """
    weights = np.maximum(weights, 0.0)
    if float(np.sum(np.where(weights > 0, high, low))) < 1:
        weights = weights + 1e-9
    moving = weights > 0
    # The sum is piecewise linear in the scale and bends only where a channel leaves or meets a bound.
    bends = np.sort(np.concatenate((low[moving] / weights[moving], high[moving] / weights[moving])))
    sums = np.clip(bends[:, None] * weights, low, high).sum(axis=1)
    k = int(np.searchsorted(sums, 1.0))
    if k in (0, bends.size):
        scale = float(bends[min(k, bends.size - 1)])
    else:
        part = (1.0 - sums[k - 1]) / (sums[k] - sums[k - 1])
        scale = float(bends[k - 1] + part * (bends[k] - bends[k - 1]))
    result: Floats = np.clip(scale * weights, low, high)
    return result
