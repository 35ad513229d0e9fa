"""Reported campaigns of small markets, for tests of what calculators learn from them."""

from __future__ import annotations

from datetime import date

import numpy as np
from tests.unit.calculators.markets import TRUTH, long_history, responses

from nexusplanner.calculators import fit_response_curves
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.learned import ForecastMiss, Learned, PastRows

START = date(2026, 1, 5)


def campaign(
    channel: str, *, outcome: str = "out-1", money: float = 900.0, weeks: int = 13, lifted: float = 1.0
) -> PastRows:
    """Return steady weeks of a channel as its truth has them, lifted by a factor; no chance in them."""
    brought = responses(np.full(60, money), *TRUTH[channel])[-1] * lifted
    return PastRows(
        outcome=outcome,
        channel=channel,
        start=START,
        spend=(money,) * weeks,
        results=(float(brought),) * weeks,
        before=money,
    )


def curves(
    *, weeks: int = 10, learned: Learned | None = None, history: ChannelHistory | None = None, seed: int = 3
) -> Calculation:
    """Fit the small market's history with what was reported."""
    return fit_response_curves(
        history or long_history(weeks=weeks, seed=seed),
        channels=(),
        metric="conversions",
        implied_unit_cost=12.0,
        seed=1,
        learned=learned,
    )


def miss(z: float, *, outcome: str = "out-1", channel: str = "", factor: float = 1.0) -> ForecastMiss:
    """Return a forecast of 100, give or take 10, that was off by some deviations."""
    far = 10 * 1.2815515655446004 * factor
    return ForecastMiss(
        outcome=outcome, channel=channel, p10=100 - far, p50=100, p90=100 + far, actual=100 + 10 * z, factor=factor
    )
