"""Marks and the score they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from nexusplanner.llm.request import Request, T
from nexusplanner.llm.scorers.prose import read_once


@dataclass(frozen=True)
class Mark:
    """What one yardstick says of an answer."""

    points: float
    """0-1."""
    reason: str = ""
    """What is wrong, in words a writer can act on; empty where nothing is."""
    told: str | None = None
    """The same for those who read the plan, where ``reason`` repeats what the answer made up; None where not."""


@dataclass(frozen=True)
class Score:
    """What all yardsticks say together."""

    total: float
    """0-1."""
    reasons: tuple[str, ...] = ()
    """What is wrong, gravest first."""
    told: tuple[str, ...] = ()
    """The same, without a word of the answer."""


class Scorer(Protocol):
    """A yardstick; it says nothing (None) of what it cannot measure."""

    def mark(self, request: Request[T], value: BaseModel) -> Mark | None:
        """Mark an answer to a request."""
        ...


def score_of(request: Request[T], value: BaseModel, scorers: Sequence[Scorer]) -> Score:
    """Score an answer: halfway between the mean of its marks and the lowest, so that one grave fault shows.

    An answer that no yardstick measures has 1: it fits its schema, or it would not be here.
    """
    with read_once():
        marks = [mark for scorer in scorers if (mark := scorer.mark(request, value)) is not None]
    if not marks:
        return Score(1.0)
    points = [min(max(mark.points, 0.0), 1.0) for mark in marks]
    total = (sum(points) / len(points) + min(points)) / 2
    faults = [m for m in sorted(marks, key=lambda m: m.points) if m.reason]
    told = (m.reason if m.told is None else m.told for m in faults)
    return Score(round(total, 4), tuple(m.reason for m in faults), tuple(filter(None, told)))
