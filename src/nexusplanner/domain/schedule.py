"""The schedule of a brief: when nothing may be sent, how long work takes, how often one person hears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from nexusplanner.domain.day import Clock, Day, iso_day
from nexusplanner.domain.model import DomainModel

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of ``date.weekday()``."""

MAX_BLACKOUTS = 500


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class Blackout(DomainModel):
    """Days on which nothing is sent and nothing opens, both included. In a file, a single day may stand alone."""

    start: Day
    end: Day
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_day(cls, given: object) -> object:
        if isinstance(given, Mapping | Blackout):
            return given
        day = iso_day(given)
        try:
            day = date.fromisoformat(day) if isinstance(day, str) else day
        except ValueError:
            raise PydanticCustomError("day", "no day of the calendar", {"fix": "Write it as 2026-03-31."}) from None
        return {"start": day, "end": day}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            problem = f"{self.end} is before the start, {self.start}"
            raise PydanticCustomError(
                "fault", "{problem}", {"problem": problem, "field": "end", "fix": "Correct one of them."}
            )
        return self


class Schedule(DomainModel):
    """When the campaign may speak, and how often to one person."""

    blackout: Annotated[tuple[Blackout, ...], Field(max_length=MAX_BLACKOUTS)] = ()
    """Days or ranges on which nothing is sent and nothing opens; a week wholly within them gets no money."""
    lead_days: Annotated[int, Field(ge=0, le=366)] | None = None
    """Days of preparation before a channel opens, instead of what its kind usually needs; at most a quarter of
    the period is taken."""
    send_at: Clock = "10:00"
    """Time of day at which messages go out, on the clock of those who get them."""
    working_days: Annotated[
        tuple[Annotated[Weekday, BeforeValidator(_lower)], ...], Field(min_length=1, max_length=7)
    ] = ("mon", "tue", "wed", "thu", "fri")
    """Days of the week on which channels open and messages go out."""
    max_contacts: Annotated[int, Field(ge=1, le=100)] = 1
    """At most so many messages to one person within ``per_days`` days, over all channels that write to people."""
    per_days: Annotated[int, Field(ge=1, le=366)] = 7

    def closed(self, start: date, end: date) -> tuple[date, ...]:
        """List the blackout days from one day to another, both included."""
        shut: set[date] = set()
        for span in self.blackout:
            first, last = max(span.start, start), min(span.end, end)
            shut.update(first + timedelta(days=k) for k in range((last - first).days + 1))
        return tuple(sorted(shut))

    def naming(self, start: date, end: date) -> str:
        """Name the blackouts that touch a period: ``2026-12-24 to 2026-12-26``."""
        return ", ".join(
            str(b.start) if b.start == b.end else f"{b.start} to {b.end}"
            for b in self.blackout
            if b.start <= end and b.end >= start
        )
