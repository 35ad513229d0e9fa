"""Notes of a run's steps: gathered while it walks, handed over in groups, so that no call waits for a disk.

What a crash loses is at most one group of each run under way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from nexusplanner.domain.step import Step, step_id

GROUP = 32
HandOver = Callable[[Sequence[Step]], None]


class StepNotes:
    """Notes the steps of one run.

    Args:
        tenant: Whose run it is.
        run: Its id.
        now: The wall clock.
        hand_over: Takes a group of steps and returns at once.
        group: How many make one.
    """

    def __init__(
        self, tenant: str, run: str, *, now: Callable[[], datetime], hand_over: HandOver, group: int = GROUP
    ) -> None:
        self.tenant, self.run, self.now = tenant, run, now
        self._hand_over, self._group = hand_over, group
        self._waiting: list[Step] = []
        self._met = Counter[str]()

    def name(self, *decided: str) -> str:
        """Name a step by what was decided; one that is decided again in just the same way is another step."""
        first = step_id(self.run, *decided)
        self._met[first] += 1
        return first if self._met[first] == 1 else step_id(self.run, *decided, str(self._met[first]))

    def note(self, step: Step) -> None:
        """Note a step."""
        self._waiting.append(step)
        if len(self._waiting) >= self._group:
            self.flush()

    def flush(self) -> None:
        """Hand over what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._hand_over(waiting)
