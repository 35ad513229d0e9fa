"""The timekeeper of a run: notes who worked when. The clock is its own, so that nobody below reads one."""

from __future__ import annotations

import time
from collections.abc import Callable

from nexusplanner.domain.timeline import Shift, Timeline


class Timekeeper:
    """Notes shifts, in seconds since it was made.

    Args:
        monotonic: The clock.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._start = monotonic, monotonic()
        self._shifts: list[Shift] = []

    def now_s(self) -> float:
        """Return the seconds since the run began."""
        return round(self._monotonic() - self._start, 4)

    def note(self, shift: Shift) -> None:
        """Keep a shift."""
        self._shifts.append(shift)

    def timeline(self) -> Timeline:
        """Return all shifts in the order they began, the longer first where two began at once."""
        return Timeline(shifts=tuple(sorted(self._shifts, key=lambda s: (s.began_s, -s.ended_s))))

    def __repr__(self) -> str:
        return f"<Timekeeper of {len(self._shifts)} shifts>"
