"""Simulated markets with a known truth: adstock, Hill curves, noise. Written apart from the library's own maths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, minimize

from nexusplanner.domain.history import ChannelHistory, ChannelSeries

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """A market's truth and the rows it has left."""

    decay: Floats
    half: Floats
    slope: Floats
    ceiling: Floats
    spend: Floats
    """Shape ``(channels, weeks)``."""
    result: Floats
    noise: str
    level: float
    rng: np.random.Generator

    def weekly(self, spend: Floats) -> Floats:
        """Return each channel's true weekly results at steady weekly spend."""
        s = np.maximum(spend, 1e-12)
        result: Floats = self.ceiling / (1.0 + (self.half / s) ** self.slope)
        return result

    def realised(self, spend: Floats, weeks: int) -> float:
        """Draw what really comes of steady spend over some weeks, noise included."""
        mean = np.repeat(self.weekly(spend)[:, None], weeks, axis=1)
        return float(noisy(mean, self.noise, self.level, self.rng).sum())

    def history(self, drop: int | None = None) -> ChannelHistory:
        """Return the rows as a long history; ``drop`` leaves one channel out."""
        weeks = self.spend.shape[1]
        kept = [i for i in range(len(self.decay)) if i != drop]
        return ChannelHistory(
            source="simulated",
            layout="long",
            cadence="weekly",
            dates=tuple(date(2024, 1, 1) + timedelta(days=7 * t) for t in range(weeks)),
            channels={
                f"c{i}": ChannelSeries(spend=tuple(self.spend[i]), conversions=tuple(self.result[i])) for i in kept
            },
        )

    def best(self, weekly_budget: float) -> Floats:
        """Find the best split by many local searches from random starts (SciPy, SLSQP)."""
        count = len(self.decay)
        found = np.full(count, weekly_budget / count)
        value = float(self.weekly(found).sum())
        starts = self.rng.dirichlet(np.ones(count), 12)
        whole = LinearConstraint(np.ones((1, count)), 1.0, 1.0)

        def missed(shares: Floats) -> float:
            return -float(self.weekly(np.maximum(shares, 0) * weekly_budget).sum()) / value

        for start in [np.full(count, 1 / count), *starts]:
            answer = minimize(
                missed,
                start,
                method="SLSQP",
                bounds=Bounds(np.zeros(count), np.ones(count)),
                constraints=whole,
                options={"maxiter": 300, "ftol": 1e-12},
            )
            split = np.maximum(answer.x, 0) / np.maximum(answer.x, 0).sum() * weekly_budget
            if self.weekly(split).sum() > self.weekly(found).sum():
                found = split
        return found


def noisy(mean: Floats, kind: str, level: float, rng: np.random.Generator) -> Floats:
    """Draw what comes around what is to be expected: in shares of it, as counts, or steadily."""
    if kind == "share":
        result: Floats = mean * np.exp(rng.normal(-(level**2) / 2, level, mean.shape))
        return result
    if kind == "count":
        return rng.poisson(mean).astype(np.float64)
    steady: Floats = np.maximum(mean + rng.normal(0, level, mean.shape) * mean.mean(axis=1, keepdims=True), 0)
    return steady


def simulate(seed: int, weeks: int, *, is_harsh: bool = False) -> Market:
    """Make a market of 3 to 6 channels and some weeks of its rows.

    Harsh ones differ more between channels than markets usually do: steeper S-curves, wider unit costs.
    """
    rng = np.random.default_rng(seed)
    count = int(rng.integers(3, 7))
    usual = rng.lognormal(np.log(5000), 0.7 if is_harsh else 0.5, count)
    slope = rng.uniform(0.8, 2.2, count) if is_harsh else rng.uniform(0.7, 1.4, count)
    half = usual * rng.uniform(0.5, 2.5, count)
    decay = rng.uniform(0.0, 0.8, count)
    at_usual = usual / rng.lognormal(np.log(25), 0.45 if is_harsh else 0.3, count)
    ceiling = at_usual * (1.0 + (half / usual) ** slope)
    spend = usual[:, None] * rng.lognormal(0, rng.uniform(0.15, 0.6), (count, weeks))
    if rng.random() < 0.5:
        phase = rng.uniform(0, 2 * np.pi, (count, 1))
        spend *= 1 + rng.uniform(0.1, 0.5, (count, 1)) * np.sin(2 * np.pi * np.arange(weeks) / 26 + phase)
    if rng.random() < 0.4:
        spend[int(rng.integers(count))] *= rng.random(weeks) < 0.7
    before = np.concatenate([usual[:, None] * np.ones((count, 30)), spend], axis=1)
    carried = np.zeros_like(before)
    for t in range(before.shape[1]):
        carried[:, t] = (1 - decay) * before[:, t] + decay * (carried[:, t - 1] if t else before[:, 0])
    carried = _from_zero(spend, decay) if rng.random() < 0.5 else carried[:, 30:]
    mean = ceiling[:, None] / (1.0 + (half[:, None] / np.maximum(carried, 1e-12)) ** slope[:, None])
    kind = str(rng.choice(["share", "count", "steady"]))
    level = float(rng.uniform(0.05, 0.2))
    return Market(decay, half, slope, ceiling, spend, noisy(mean, kind, level, rng), kind, level, rng)


def _from_zero(spend: Floats, decay: Floats) -> Floats:
    carried = np.zeros_like(spend)
    last = np.zeros(spend.shape[0])
    for t in range(spend.shape[1]):
        last = (1 - decay) * spend[:, t] + decay * last
        carried[:, t] = last
    return carried
