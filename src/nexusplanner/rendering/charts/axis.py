"""Axes: round ticks and the places of values."""

from __future__ import annotations

import math
from dataclasses import dataclass


def ticks(maximum: float, count: int = 4) -> tuple[float, ...]:
    """Return about ``count`` round steps of 1, 2 or 5 from 0 up to at most ``maximum``."""
    if maximum <= 0:
        return (0.0,)
    raw = maximum / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= raw * (1 - 1e-9))
    return tuple(round(i * step, 12) for i in range(int(maximum / step + 1e-9) + 1))


def spread(size: int, most: int) -> tuple[int, ...]:
    """Choose at most ``most`` evenly spaced places out of ``size``, the first always."""
    step = max(1, -(-size // most))
    return tuple(range(0, size, step))


@dataclass(frozen=True)
class Scale:
    """A linear scale from ``low``..``high`` to 0-1."""

    high: float
    low: float = 0.0

    def __call__(self, value: float) -> float:
        """Return the place of a value, held within 0-1."""
        width = self.high - self.low
        return min(max((value - self.low) / width, 0.0), 1.0) if width > 0 else 0.0
