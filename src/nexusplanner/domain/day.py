"""Days and times of day as people write them in a brief."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_ISO_DAY = re.compile(r"(19[7-9]\d|2[01]\d\d)-\d\d-\d\d", re.ASCII)
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?", re.ASCII)


def iso_day(value: object) -> object:
    """Pass on a day, or what is written as one; refuse anything else."""
    # Pydantic also takes numbers for dates, as seconds since 1970: 20260301 would be a day in August 1970.
    is_day = isinstance(value, date) or (isinstance(value, str) and _ISO_DAY.fullmatch(value.strip()))
    if not is_day or (isinstance(value, date) and not 1970 <= value.year < 2200):
        raise PydanticCustomError("day", "not a date from 1970 to 2199", {"fix": "Write it as 2026-03-31."})
    return value.strip() if isinstance(value, str) else value


def _clock(value: object) -> object:
    written = value.isoformat() if isinstance(value, time) else value
    found = _HOUR.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise PydanticCustomError("clock", "not a time of day", {"fix": "Write it as 10:00."})
    return f"{int(found[1]):02d}:{found[2]}"


Day = Annotated[date, BeforeValidator(iso_day)]
"""A day of the calendar, written ``2026-03-31``."""

Clock = Annotated[str, BeforeValidator(_clock)]
"""A time of day, written ``10:00``."""
