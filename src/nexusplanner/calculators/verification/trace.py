"""Tracing: a number in prose must be a known figure, rounded as it is shown."""

from __future__ import annotations

import re

from nexusplanner.calculators.verification.pool import FigurePool
from nexusplanner.calculators.verification.prose import ProseNumber, numbers_in

_LAST_ORDINAL = 10
_POINT_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)")


def orphans(text: str, pool: FigurePool) -> tuple[str, ...]:
    """Name the numbers of a text that no figure of the pool, rounded as shown, explains."""
    return tuple(number.text for number in numbers_in(text) if not is_traced(number, pool))


def is_traced(number: ProseNumber, pool: FigurePool) -> bool:
    """Tell whether a figure of the pool, rounded to the precision shown, is this number.

    Percentages are looked up as shares (``12 %`` is 0.12), dates among dates, ``week 3`` among the
    weeks of the campaign; ordinals up to the tenth are no figures.
    """
    value, tolerance = abs(number.value), number.precision / 2
    if number.unit in {"date", "month", "day"}:
        return pool.has_date(number.value)
    if number.unit == "year":
        return pool.has_date(number.value) or pool.has(value, tolerance)
    if number.unit == "%":
        return pool.has(value / 100, tolerance / 100)
    if number.unit == "ordinal" and value <= _LAST_ORDINAL:
        return True
    if number.unit == "week" and 1 <= value <= pool.weeks:
        return True
    return pool.has(value, tolerance) or _is_point_grouped(number, pool)


def _is_point_grouped(number: ProseNumber, pool: FigurePool) -> bool:
    """Read ``12.000`` as twelve thousand, as much of the world writes it."""
    grouped = _POINT_GROUPED.search(number.text)
    return grouped is not None and pool.has(float(grouped.group().replace(".", "")), 0.5)
