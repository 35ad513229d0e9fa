"""Places in the list of plans: newest planning day first, then what was kept last."""

from __future__ import annotations

import re
from typing import NamedTuple

from nexusplanner.errors import InputError

PLAN_ID = re.compile(r"plan-[0-9a-f]{8,64}")
_PLACE = re.compile(rf"(\d{{4}}-\d\d-\d\d)\.(\d{{1,18}})\.({PLAN_ID.pattern})", re.ASCII)


class PlanPlace(NamedTuple):
    """Where a plan stands in its tenant's list."""

    day: str
    kept_at: int
    plan_id: str

    def text(self) -> str:
        """Write it for whoever asks for the next page."""
        return f"{self.day}.{self.kept_at}.{self.plan_id}"

    @classmethod
    def read(cls, text: str) -> PlanPlace:
        """Read it back.

        Raises:
            InputError: It is not where a page ended.
        """
        found = _PLACE.fullmatch(text)
        if found is None:
            raise InputError("not where a page ended", field="after", value=text, fix="Hand back a page's own `after`.")
        return cls(found[1], int(found[2]), found[3])
