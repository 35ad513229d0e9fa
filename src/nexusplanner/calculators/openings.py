"""Openings: the day on which each channel may open, after its lead and on a day on which work is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from nexusplanner.calculators.public_holidays import holidays_between
from nexusplanner.domain.brief import Period
from nexusplanner.domain.schedule import WEEKDAYS, Schedule
from nexusplanner.errors import InputError

USUAL_LEAD_DAYS = 5


@dataclass(frozen=True)
class OpenDays:
    """The days of a period on which channels may open and messages go out.

    Raises:
        InputError: The blackout leaves no day.
    """

    period: Period
    schedule: Schedule
    holidays: frozenset[date]

    def __post_init__(self) -> None:
        start, end = self.period.start, self.period.end
        if len(self.blackout) == self.period.days:
            raise InputError(
                f"{self.schedule.naming(start, end)} covers the whole period, {start} to {end}",
                field="schedule.blackout",
                fix="Leave a day open.",
            )

    @cached_property
    def blackout(self) -> frozenset[date]:
        """Blackout days within the period."""
        return frozenset(self.schedule.closed(self.period.start, self.period.end))

    @cached_property
    def shut(self) -> frozenset[date]:
        """Days on which nothing is sent, whatever the day of the week."""
        return self.holidays | self.blackout

    def from_day(self, ready: date) -> date:
        """Return the first working day from a day on that is neither holiday nor blackout.

        Where there is none, the last one before; where the period has none at all, a day that is at
        least no blackout day.
        """
        days = [self.period.start + timedelta(days=k) for k in range(self.period.days)]
        allowed, working = self.blackout, {WEEKDAYS.index(name) for name in self.schedule.working_days}
        spare = [day for day in days if day not in allowed]
        best = [day for day in spare if day.weekday() in working and day not in self.holidays] or spare
        return next((day for day in best if day >= ready), best[-1])

    def lead(self, wanted: int) -> int:
        """Return the days of preparation: those wanted, at most a quarter of the period."""
        given = wanted if self.schedule.lead_days is None else self.schedule.lead_days
        return max(0, min(given, self.period.days // 4))


def opening_days(
    channels: Sequence[str],
    *,
    period: Period,
    schedule: Schedule | None = None,
    leads: Mapping[str, int] | None = None,
    countries: Sequence[str] = (),
) -> dict[str, date]:
    """Return the first day each channel can run: after its lead, on a working day that is open.

    Args:
        channels: Channels that get money.
        period: First and last day.
        schedule: Blackouts, working days and the brief's own lead; None shuts weekends alone.
        leads: Days of preparation each channel usually needs; five where it is not named. At most a
            quarter of the period is taken.
        countries: ISO 3166 codes or English names; nothing opens on their holidays.

    Raises:
        InputError: The blackout covers the whole period.
    """
    held = holidays_between(countries, period.start, period.end)
    open_days = OpenDays(period, schedule or Schedule(), frozenset(h.date for h in held))
    needed = leads or {}
    return {
        channel: open_days.from_day(period.start + timedelta(days=open_days.lead(needed.get(channel, USUAL_LEAD_DAYS))))
        for channel in channels
    }
