"""Whose a step is, and its place in the log: its moment, and its id where two were taken at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from nexusplanner.domain.step import Step
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError, TenantError

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


def checked(steps: Sequence[Step], tenant: str) -> str:
    """Return the tenant's name, if all the steps are its own.

    Raises:
        TenantError: The name is none, or a step is another's.
    """
    owner = tenant_name(tenant)
    if any(step.tenant != owner for step in steps):
        raise TenantError("A step belongs to another tenant.", fix="Keep it as the tenant whose run it is of.")
    return owner
