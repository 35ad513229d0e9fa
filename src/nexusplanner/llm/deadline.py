"""A moment by which something must be over."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """A span of time that began when it was made.

    Args:
        span_s: Seconds from now.
        monotonic: The clock.
    """

    def __init__(self, span_s: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.span_s, self._monotonic = span_s, monotonic
        self._end = monotonic() + span_s

    def left_s(self) -> float:
        """Return the seconds that are left, never less than none."""
        return max(self._end - self._monotonic(), 0.0)
