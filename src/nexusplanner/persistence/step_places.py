"""The place of a step in a tenant's log: its moment, and its id where two were taken at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from nexusplanner.domain.step import Step
from nexusplanner.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Place(NamedTuple):
    """Where a step stands."""

    at_us: int
    """Microseconds since 1970."""
    id: str

    def __str__(self) -> str:
        return f"{self.at_us}.{self.id}"


def microseconds(moment: datetime) -> int:
    """Count the microseconds since 1970; a moment without a zone is one in UTC."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def moment_at(at_us: int) -> datetime:
    """Return the moment, in UTC."""
    return _EPOCH + at_us * _MICROSECOND


def place_of(step: Step) -> Place:
    """Return where a step stands."""
    return Place(microseconds(step.at), step.id)


def place_named(text: str) -> Place | None:
    """Read where a page ended; None for the beginning.

    Raises:
        InputError: It is of no page.
    """
    if not text:
        return None
    at_us, _, name = text.partition(".")
    if not at_us.isdecimal() or len(at_us) > 18 or not name.startswith("step-"):
        raise InputError("it is of no page", field="after", value=text, fix="Give what a page calls `following`.")
    return Place(int(at_us), name)
