"""Simulated markets with one outcome column and a known truth, written apart from the library's own maths.

Media bring 15-50 % of the outcome; the rest is a level with trend, yearly season and noise. The shape
of a market's media is geometric adstock with a Hill curve, or one the library does not fit: exponential
saturation, or a carry-over that peaks a week or two after the money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from nexusplanner.domain.history import ChannelHistory, ChannelSeries

Floats = npt.NDArray[np.float64]
Shape = Literal["hill", "exponential", "delayed"]
SHAPES: tuple[Shape, ...] = ("hill", "exponential", "delayed")
_LAGS = 26
_STEPS = 400


@dataclass(frozen=True)
class WideMarket:
    """A market's truth and the rows it has left."""

    shape: Shape
    carry: Floats
    """Carry-over weights, shape ``(channels, lags)``, adding up to one."""
    half: Floats
    slope: Floats
    ceiling: Floats
    spend: Floats
    """Shape ``(channels, weeks)``."""
    outcome: Floats
    """Shape ``(weeks,)``."""

    def weekly(self, spend: Floats) -> Floats:
        """Return true weekly results at steady weekly spend of shape ``(channels,)`` or ``(channels, n)``."""
        return _saturated(spend, self.shape, self.half, self.slope, self.ceiling)

    def history(self) -> ChannelHistory:
        """Return the rows as a wide history."""
        weeks = self.spend.shape[1]
        return ChannelHistory(
            source="simulated",
            layout="wide",
            cadence="weekly",
            dates=tuple(date(2024, 1, 1) + timedelta(days=7 * t) for t in range(weeks)),
            channels={f"c{i}": ChannelSeries(spend=tuple(row)) for i, row in enumerate(self.spend)},
            outcome_name="conversions",
            outcome=tuple(self.outcome),
        )

    def best(self, weekly_budget: float) -> float:
        """Return the most a week that any split brings, by dynamic programming in steps of 1/400 of the money."""
        steps = np.arange(_STEPS + 1)
        values = self.weekly(np.tile(steps / _STEPS * weekly_budget, (len(self.half), 1)))
        found = values[0]
        for row in values[1:]:
            found = np.array([np.max(found[: n + 1] + row[n::-1]) for n in steps])
        return float(found[-1])


def _saturated(spend: Floats, shape: Shape, half: Floats, slope: Floats, ceiling: Floats) -> Floats:
    tall = (slice(None),) + (None,) * (spend.ndim - 1)
    s = np.maximum(spend, 1e-12)
    if shape == "exponential":
        result: Floats = ceiling[tall] * (1 - np.exp(-s / half[tall]))
        return result
    hill: Floats = ceiling[tall] / (1.0 + (half[tall] / s) ** slope[tall])
    return hill


def _carry(rng: np.random.Generator, shape: Shape, count: int) -> Floats:
    decay = rng.uniform(0.0, 0.8, count)[:, None]
    lags = np.arange(_LAGS, dtype=np.float64)[None]
    peak = rng.integers(1, 3, count)[:, None] if shape == "delayed" else 0
    weights = np.maximum(decay, 1e-9) ** (np.abs(lags - peak) ** (2 if shape == "delayed" else 1))
    result: Floats = weights / weights.sum(axis=1, keepdims=True)
    return result


def _spend(rng: np.random.Generator, usual: Floats, weeks: int) -> Floats:
    """Draw spend that varies from week to week; half of the markets add cycles, some pause a channel."""
    count = len(usual)
    spend = usual[:, None] * rng.lognormal(0, rng.uniform(0.3, 0.9, (count, 1)), (count, weeks))
    if rng.random() < 0.5:
        phase = rng.uniform(0, 2 * np.pi, (count, 1))
        spend *= 1 + rng.uniform(0.1, 0.5, (count, 1)) * np.sin(2 * np.pi * np.arange(weeks) / 26 + phase)
    for i in range(count):
        if rng.random() < 0.4:
            spend[i] *= np.repeat(rng.random(-(-weeks // 3)) < 0.6, 3)[:weeks]
    return spend


def simulate_wide(seed: int, weeks: int, *, shape: Shape = "hill") -> WideMarket:
    """Make a market of 3 to 6 channels and some weeks of its rows."""
    rng = np.random.default_rng([seed, SHAPES.index(shape)])
    count = int(rng.integers(3, 7))
    usual = rng.lognormal(np.log(5000), 0.5, count)
    slope, half, carry = rng.uniform(0.7, 1.6, count), usual * rng.uniform(0.5, 2.5, count), _carry(rng, shape, count)
    at_usual = usual / rng.lognormal(np.log(25), 0.35, count)
    ceiling = at_usual / _saturated(usual, shape, half, slope, np.ones(count))
    spend = _spend(rng, usual, weeks)
    before = np.concatenate([np.zeros((count, _LAGS)), spend], axis=1)
    carried = np.stack([np.convolve(row, w)[_LAGS : _LAGS + weeks] for row, w in zip(before, carry, strict=True)])
    media = _saturated(carried, shape, half, slope, ceiling).sum(axis=0)
    level = media.mean() / rng.uniform(0.15, 0.5) - media.mean()
    t = np.arange(weeks)
    season = rng.uniform(0.03, 0.2) * np.sin(2 * np.pi * t / 52.18 + rng.uniform(0, 2 * np.pi))
    season += rng.uniform(0.0, 0.06) * np.sin(4 * np.pi * t / 52.18 + rng.uniform(0, 2 * np.pi))
    mean = media + level * (1 + rng.uniform(-0.2, 0.2) * (t / weeks - 0.5) + season)
    outcome = np.maximum(mean + rng.normal(0, rng.uniform(0.03, 0.1) * mean.mean(), weeks), 0.0)
    return WideMarket(shape, carry, half, slope, ceiling, spend, outcome)
