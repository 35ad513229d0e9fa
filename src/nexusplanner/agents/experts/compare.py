"""The judge's expert for two finalists: what blocks, the mean score in hundredths, then the chance of the target."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.experts.amounts import percent
from nexusplanner.agents.tasks import CompareTask, Finalist, Preference
from nexusplanner.domain.critique import BLOCKING


def compare(inputs: object) -> Preference:
    """Prefer the finalist that ranks higher, whichever is named first."""
    task = cast(CompareTask, inputs)
    first, second = _standing(task.first), _standing(task.second)
    if first == second:
        return Preference(prefers="neither", reason="Nothing on the desk tells them apart.")
    chances = [percent(f.option.figure("probability_of_target")) for f in (task.first, task.second)]
    reason = f"Scores {first[1]} and {second[1]}; chances of the target {chances[0]} and {chances[1]}."
    return Preference(prefers="first" if first > second else "second", reason=reason)


def _standing(finalist: Finalist) -> tuple[int, float, float]:
    verdicts = finalist.verdicts
    blocked = sum(1 for v in verdicts if not v.passed and v.criterion in BLOCKING)
    score = sum(v.score for v in verdicts) / len(verdicts)
    return (-blocked, round(score, 2), finalist.option.figure("probability_of_target"))
