"""Small markets with a known truth, for tests of the calculators."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from nexusplanner.domain.history import ChannelHistory, ChannelSeries

TRUTH = {"search": (0.2, 900.0, 1.4, 160.0), "social": (0.4, 1500.0, 1.2, 120.0), "tv": (0.6, 4000.0, 1.6, 300.0)}
"""Channel -> decay, half-saturation of the adstocked spend, slope, ceiling a week."""


def responses(spend: np.ndarray, decay: float, half: float, slope: float, ceiling: float) -> np.ndarray:
    """Return the true weekly response to a series of spend: geometric adstock, then Hill."""
    stock, carried = np.zeros(len(spend)), 0.0
    for week, amount in enumerate(spend):
        carried = amount + decay * carried
        stock[week] = carried
    risen = stock**slope
    return np.asarray(ceiling * risen / (risen + half**slope))


def long_history(*, weeks: int = 104, seed: int = 1, noise: float = 0.08) -> ChannelHistory:
    """Return weekly rows by channel, with conversions of each."""
    rng = np.random.default_rng(seed)
    channels = {}
    for name, (decay, half, slope, ceiling) in TRUTH.items():
        spend = half * (1 - decay) * rng.uniform(0.2, 2.0, weeks)
        brought = responses(spend, decay, half, slope, ceiling) * rng.normal(1, noise, weeks).clip(0.3)
        channels[name] = ChannelSeries(
            spend=tuple(float(s) for s in spend), conversions=tuple(float(b) for b in brought)
        )
    return ChannelHistory(source="long.csv", layout="long", cadence="weekly", dates=_weeks(weeks), channels=channels)


def wide_history(*, weeks: int = 104, seed: int = 1) -> ChannelHistory:
    """Return weekly spend by channel and one outcome of them all, over a seasonal baseline."""
    rng = np.random.default_rng(seed)
    outcome = 900 + 120 * np.sin(2 * np.pi * np.arange(weeks) / 52) + rng.normal(0, 15, weeks)
    channels = {}
    for name, (decay, half, slope, ceiling) in TRUTH.items():
        spend = half * (1 - decay) * rng.uniform(0.0, 2.0, weeks)
        outcome = outcome + responses(spend, decay, half, slope, ceiling)
        channels[name] = ChannelSeries(spend=tuple(float(s) for s in spend))
    return ChannelHistory(
        source="wide.csv",
        layout="wide",
        cadence="weekly",
        dates=_weeks(weeks),
        channels=channels,
        outcome_name="revenue",
        outcome=tuple(float(o) for o in outcome),
    )


def _weeks(weeks: int) -> tuple[date, ...]:
    return tuple(date(2024, 1, 1) + timedelta(weeks=i) for i in range(weeks))
