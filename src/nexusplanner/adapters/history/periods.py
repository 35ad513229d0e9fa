"""Lay figures of rows on a grid of periods, and fill the periods that have none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

from nexusplanner.domain.quality import BadRow, DataQuality

_MAX_EXAMPLES = 20


class Periods:
    """Rows by period.

    Args:
        days: First day of the period of each row.
        grid: Every period, without gaps.
    """

    def __init__(self, days: Sequence[date], grid: tuple[date, ...]) -> None:
        self.grid = grid
        self._rows: dict[date, list[int]] = {}
        for i, day in enumerate(days):
            self._rows.setdefault(day, []).append(i)

    @property
    def missing(self) -> tuple[date, ...]:
        """The periods without a row."""
        return tuple(day for day in self.grid if day not in self._rows)

    def added(self, values: Sequence[float]) -> tuple[float, ...]:
        """Add up the rows of a period; between neighbours where it has none."""
        return self._laid(values, math.fsum)

    def averaged(self, values: Sequence[float]) -> tuple[float, ...]:
        """Average the rows of a period; between neighbours where it has none."""
        return self._laid(values, lambda found: math.fsum(found) / len(found))

    def flagged(self, values: Sequence[float]) -> tuple[float, ...]:
        """Raise a flag where a row of the period has it; down where it has none."""
        return tuple(max((values[i] for i in self._rows.get(day, ())), default=0.0) for day in self.grid)

    def _laid(self, values: Sequence[float], join: Callable[[list[float]], float]) -> tuple[float, ...]:
        known = {n: join([values[i] for i in self._rows[day]]) for n, day in enumerate(self.grid) if day in self._rows}
        laid: list[float] = []
        steps = sorted(known)
        at = 0
        for n in range(len(self.grid)):
            if n in known:
                at = steps.index(n, at)
                laid.append(known[n])
                continue
            before, after = steps[at], steps[at + 1]
            share = (n - before) / (after - before)
            laid.append(known[before] + share * (known[after] - known[before]))
        return tuple(laid)


def gaps_quality(periods: Periods, *, source: str) -> DataQuality | None:
    """Say which periods have no row; None where all have one."""
    missing = periods.missing
    if not missing:
        return None
    first = {day: n for n, day in enumerate(periods.grid)}
    return DataQuality(
        source=source,
        rows=len(periods.grid),
        bad=len(missing),
        examples=tuple(
            BadRow(
                source=source,
                line=first[day] + 2,
                reason=f"no usable row for {day}; the values between its neighbours stand in",
            )
            for day in missing[:_MAX_EXAMPLES]
        ),
    )
