"""Sort what is left over in a wide table: numbers drive, flags and words are events."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from nexusplanner.adapters.history.cells import number
from nexusplanner.adapters.history.periods import Periods
from nexusplanner.adapters.tables.files import Column

MAX_WORDS = 10
"""A column with more different words is a label, not a calendar of events."""

_PERIOD = re.compile(r"\d{4}[-_ ]?[QqWwMmHh]?\d{1,2}")
_CALENDAR: tuple[Callable[[date], int], ...] = (
    lambda day: day.year,
    lambda day: (day.month + 2) // 3,
    lambda day: day.month,
    lambda day: day.isocalendar().week,
    lambda day: day.timetuple().tm_yday,
    lambda day: day.isoweekday(),
)
_COUNTERS = {"t", "trend", "time", "index", "week", "week_number", "period", "n", "id"}
_NOTHING = {"", "na", "n/a", "nan", "none", "null", "no", "false", "-", "0"}
_FLAGS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Drivers:
    """What moves the outcome beside media, by period."""

    controls: dict[str, tuple[float, ...]]
    events: dict[str, tuple[float, ...]]


def drivers_of(columns: Sequence[Column], rows: Sequence[Row], periods: Periods) -> Drivers:
    """Make controls and events of columns.

    Numbers make a control under the column's name; 0/1 or true/false make an event; a column of a
    few words makes an event of each word but ``na`` and its like. A column with a blank among its
    numbers, with many words, or that never changes tells nothing and is left out. So is one that only
    counts time (the number of the week, the day of the year): the fit has trend and season itself.
    """
    controls: dict[str, tuple[float, ...]] = {}
    events: dict[str, tuple[float, ...]] = {}
    for column in columns:
        cells = [row[column.unique] or "" for row in rows]
        flags = _flags(cells)
        numbers = [value for value in map(number, cells) if value is not None]
        if flags is not None:
            events[column.name] = periods.flagged(flags)
        elif len(numbers) == len(cells):
            controls[column.name] = periods.averaged(numbers)
        elif not numbers:
            events |= _word_events(column.name, cells, periods, taken={c.name for c in columns})
    return Drivers(_untimed(_changing(controls), periods.grid), _changing(events))


def _flags(cells: Sequence[str]) -> list[float] | None:
    values = [_FLAGS.get(cell.casefold(), number(cell)) for cell in cells]
    flags = [value for value in values if value is not None and value in {0.0, 1.0}]
    return flags if len(flags) == len(cells) else None


def _word_events(name: str, cells: Sequence[str], periods: Periods, *, taken: set[str]) -> dict[str, tuple[float, ...]]:
    words = sorted({cell for cell in cells if cell.casefold() not in _NOTHING})
    if len(words) > MAX_WORDS or all(_PERIOD.fullmatch(word) for word in words):
        return {}
    return {
        f"{name}_{word}" if word in taken else word: periods.flagged([float(cell == word) for cell in cells])
        for word in words
    }


def _changing(series: Mapping[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
    return {name: values for name, values in series.items() if len(set(values)) > 1}


def _untimed(series: Mapping[str, tuple[float, ...]], grid: Sequence[date]) -> dict[str, tuple[float, ...]]:
    """Leave out counters that rise by the same step from period to period, and what the calendar says anyway."""
    calendars = [tuple(float(part(day)) for day in grid) for part in _CALENDAR]
    return {
        name: values
        for name, values in series.items()
        if values not in calendars
        and (name.casefold() not in _COUNTERS or len({round(b - a, 9) for a, b in pairwise(values)}) > 1)
    }
