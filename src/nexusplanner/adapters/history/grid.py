"""Lay dates on one regular grid of days or weeks, or say why they do not fit one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from nexusplanner.errors import InputError

Cadence = Literal["daily", "weekly"]

MAX_PERIODS = 10_000
MAX_GAP_DAYS = 366
"""A longer silence is a slip in a date, or two histories in one file."""

_STEP = {"daily": 1, "weekly": 7}


def cadence_of(dates: Iterable[date], *, source: str) -> Cadence:
    """Tell days from weeks.

    Dates are weekly where all are whole weeks apart and some are neighbours, daily where some are
    one day apart. Anything else (months, weeks that start on changing days) is refused: it cannot be
    laid on a grid without making figures up.

    Raises:
        InputError: Fewer than two dates, neither days nor weeks, or a gap of over a year.
    """
    ordered = sorted(set(dates))
    if len(ordered) < 2:
        raise InputError("fewer than two dates", source=source, field="date", fix="Hand in a longer history.")
    gaps = [((after - before).days, before, after) for before, after in pairwise(ordered)]
    longest, shortest = max(gaps), min(gaps)
    if longest[0] > MAX_GAP_DAYS:
        raise InputError(
            f"nothing stands between {longest[1]} and {longest[2]}",
            source=source,
            field="date",
            fix="Check these dates, or hand in the part after the gap alone.",
        )
    if shortest[0] == 7 and all(days % 7 == 0 for days, _, _ in gaps):
        return "weekly"
    if shortest[0] == 1:
        return "daily"
    # Of weeks with a slip the odd gap is telling; of months and the like any gap is.
    odd = next((gap for gap in gaps if gap[0] % 7), shortest) if shortest[0] <= 8 else shortest
    raise InputError(
        f"the dates are neither daily nor weekly: {odd[1]} and {odd[2]} are {odd[0]} days apart",
        source=source,
        field="date",
        fix="Hand in one row a day, or one a week that always starts on the same weekday.",
    )


def grid_of(dates: Iterable[date], cadence: Cadence, *, source: str) -> tuple[date, ...]:
    """Return every period's first day from the first date to the last, without gaps.

    Raises:
        InputError: The grid would have more than :data:`MAX_PERIODS` periods.
    """
    known = set(dates)
    first, step = min(known), _STEP[cadence]
    periods = (max(known) - first).days // step + 1
    if periods > MAX_PERIODS:
        raise InputError(f"more than {MAX_PERIODS:,} periods", source=source, field="date", value=periods)
    return tuple(first + timedelta(days=step * i) for i in range(periods))
