"""The yardsticks of the agents' answers: what their tasks give to score by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.tasks import UnderstandTask
from nexusplanner.llm.scorers import Citations, Length, Numbers, Phrases, Repetition, Scorer
from nexusplanner.llm.scorers.phrases import Wording

if TYPE_CHECKING:
    from nexusplanner.calculators.verification import FigurePool

_PITCHES = frozenset({"strategist.propose", "strategist.revise"})
"""Tasks whose answers speak for the brand; only these must say what the brand always says."""
_WORDS = {"strategist.propose": (60, 3000), "strategist.revise": (60, 3000), "editor.summarise": (30, 2000)}
"""Least and most words of prose."""


def yardsticks() -> tuple[Scorer, ...]:
    """Return what answers to the agents' tasks are scored by: their desks say which figures and phrases are known."""
    return (Citations(), Numbers(_figures), Phrases(_wording), Length(_WORDS), Repetition())


def _figures(inputs: object) -> FigurePool | None:
    if isinstance(inputs, UnderstandTask):
        return None  # its numbers are the feedback's own, and what does not stand there is dropped
    desk = _desk(inputs)
    return desk.pool if desk else None


def _wording(task: str, inputs: object) -> Wording:
    desk = _desk(inputs)
    if desk is None or task not in _PITCHES:
        return Wording()
    return Wording(desk.brief.brand.must_say, desk.brief.brand.never_say)


def _desk(inputs: object) -> Desk | None:
    desk = getattr(inputs, "desk", None)
    return desk if isinstance(desk, Desk) else None
