"""The judge's expert: what was shown decides; where both showed as much, the first votes do."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.ballot import by_record
from nexusplanner.agents.tasks import DecideTask, Ruling


def decide(inputs: object) -> Ruling:
    """Settle a dispute by the points made; then by votes, mean score in tenths, and caution."""
    task = cast(DecideTask, inputs)
    return by_record(task.dispute, task.turns)
