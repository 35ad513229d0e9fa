"""Periods: from what is said of dates to a first and a last day."""

from __future__ import annotations

import re
from datetime import date

from nexusplanner.agents.refinement.asked import Asked
from nexusplanner.agents.refinement.said import day_said, moved_day
from nexusplanner.domain.brief import Period
from nexusplanner.domain.change import SetPeriod
from nexusplanner.errors import InputError

_BACK = re.compile(r"\b(?:shorten|cut|shorter|forward|earlier|sooner)\b", re.IGNORECASE)
_ON = re.compile(r"\b(?:extend|prolong|lengthen|longer|postpone|delay|push|later)\b", re.IGNORECASE)


def period_asked(asked: Asked, period: Period) -> SetPeriod:
    """Read the first and last day that are asked for.

    A first day that moves by a span of time leaves the last day where it is; so does one that is named.

    Raises:
        InputError: A day cannot be read, or nothing would change.
    """
    start, end = period.start, period.end
    if asked.shift:
        start, end = _day(asked.shift, start, asked.quote), _day(asked.shift, end, asked.quote)
    if asked.start:
        start = _day(asked.start, period.start, asked.quote)
    if asked.end:
        end = _day(asked.end, period.end, asked.quote)
    if (start, end) == (period.start, period.end):
        raise InputError("The dates are those of the plan already", fix="Name another day.")
    if end < start:
        raise InputError(f"It would end on {end}, before it begins on {start}", fix="Name a later last day.")
    reading = f"Run from {start} to {end} instead of {period.start} to {period.end}."
    return SetPeriod(quote=asked.quote, reading=reading, start=start, end=end)


def _day(text: str, now: date, quote: str) -> date:
    is_back, is_on = _BACK.search(text) or _BACK.search(quote), _ON.search(text) or _ON.search(quote)
    told = (
        text if _BACK.search(text) or _ON.search(text) else f"{text} {'earlier' if is_back and not is_on else 'later'}"
    )
    found = day_said(text, near=now) or (moved_day(now, told) if is_back or is_on else None)
    if found is None or not 1970 <= found.year < 2200:
        raise InputError(f"{text!r} is no day that can be read in one way", fix="Write it as 2027-03-31.")
    return found
