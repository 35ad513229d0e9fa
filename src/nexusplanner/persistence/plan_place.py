"""Places in the list of plans: newest planning day first, then what was kept last."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from nexusplanner.errors import InputError

PLAN_ID = re.compile(r"plan-[0-9a-f]{8,64}")
_PLACE = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})", re.ASCII)


class PlanPlace(NamedTuple):
    """Where a plan stands in its tenant's list."""

    day: date
    number: int

    def text(self) -> str:
        """Write it for whoever asks for the next page."""
        return f"{self.day}.{self.number}"

    @classmethod
    def read(cls, text: str) -> PlanPlace:
        """Read it back.

        Raises:
            InputError: It is not where a page ended.
        """
        try:
            if found := _PLACE.fullmatch(text):
                return cls(date.fromisoformat(found[1]), int(found[2]))
        except ValueError:
            pass  # no such day
        raise InputError("not where a page ended", field="after", value=text, fix="Hand back a page's own `after`.")
