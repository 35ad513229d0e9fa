"""Amounts in prose: rounded so that a reader can carry them and a checker can trace them."""

from __future__ import annotations

from decimal import Decimal

from nexusplanner.domain.brief import Metric

_UNITS: dict[Metric, str] = {
    "conversions": "conversions",
    "revenue": "revenue",
    "leads": "leads",
    "signups": "signups",
    "visits": "visits",
}


def quantity(value: float | Decimal) -> str:
    """Write a quantity: whole above a hundred, in millions above a million, else three digits."""
    value = float(value)
    if value.is_integer() and abs(value) < 1_000_000:
        return f"{value:,.0f}"
    if abs(value) >= 1_000_000:
        return f"{value / 1_000_000:.2f} million"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def money(value: float | Decimal, currency: str) -> str:
    """Write an amount of money."""
    return f"{quantity(value)} {currency}"


def percent(share: float) -> str:
    """Write a share of one as a percentage; whole from ten percent."""
    return f"{100 * share:.0f}%" if share >= 0.0995 else f"{100 * share:.1f}%"


def result(value: float | Decimal, metric: Metric, currency: str) -> str:
    """Write an amount of the objective's metric: money for revenue, a count for the rest."""
    if metric == "revenue":
        return f"{money(value, currency)} of revenue"
    return f"{quantity(value)} {_UNITS[metric]}"


def spread(low: float, high: float, metric: Metric, currency: str) -> str:
    """Write a range of the objective's metric, the unit once."""
    return f"{quantity(low)} to {result(high, metric, currency)}"
