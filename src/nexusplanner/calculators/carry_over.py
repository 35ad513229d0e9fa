"""Carry-over at a campaign's start: what ran before still works, and its own money takes weeks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nexusplanner.calculators.curve import Curves, Floats

_TINY = 1e-9


def with_carry_over(
    curves: Curves, money: Floats, before: Floats, *, weeks: int, power: float
) -> tuple[Floats, Floats]:
    """Add up the weeks of a campaign whose money follows other money.

    A week's stock is ``money + (before - money) * decay**week``: geometric adstock after ever so much steady spend.

    Args:
        curves: Drawn curves, shape ``(draws, channels)``.
        money: Spend a week, shape ``(channels,)``.
        before: Spend a week until the campaign begins, shape ``(channels,)``.
        weeks: How many weeks the campaign has.
        power: How the noise's variance grows with the mean.

    Returns:
        Expected results of the period, and the sum over its weeks of ``mean ** power``; both ``(draws, channels)``.
    """
    total, spread = np.zeros(curves.decay.shape), np.zeros(curves.decay.shape)
    left = np.ones(curves.decay.shape)
    for _ in range(weeks):
        left = left * curves.decay
        stock = np.maximum(money + (before - money) * left, _TINY)
        week = np.where(money > 0, curves.response(stock), 0.0)
        total += week
        spread += np.maximum(week, 0.0) ** power
    return total, spread


def carried_money(carried: Mapping[str, float], names: Sequence[str], money: Floats) -> Floats:
    """Lay out what ran before by channel; a channel of which nothing is known runs as it will."""
    return np.array([carried.get(name, float(own)) for name, own in zip(names, money, strict=True)], dtype=np.float64)
