"""Dollars as whole micro-dollars, so that sums of money are exact in any store."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_PER_DOLLAR = 1_000_000


def micros(usd: Decimal) -> int:
    """Turn what something costs into micro-dollars, rounded up: no cost is too small to count."""
    return int((usd * _PER_DOLLAR).to_integral_value(ROUND_CEILING))


def ceiling_micros(usd: Decimal) -> int:
    """Turn a ceiling into micro-dollars, rounded down: no ceiling grows by rounding."""
    return int((usd * _PER_DOLLAR).to_integral_value(ROUND_FLOOR))


def dollars(amount: int) -> Decimal:
    """Turn micro-dollars back into dollars."""
    return Decimal(amount) / _PER_DOLLAR
