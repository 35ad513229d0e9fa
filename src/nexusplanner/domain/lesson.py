"""Lessons: small things that outcomes taught, each by itself; none is ever rewritten into another."""

from __future__ import annotations

from datetime import date
from typing import Literal

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.model import DomainModel

LessonKind = Literal["surprise", "confirmed", "beyond_observed", "width"]
LessonStatus = Literal["active", "withdrawn"]


class Lesson(DomainModel):
    """One thing that one outcome taught. Its words stay as they were written; only its counters grow."""

    id: str
    kind: LessonKind
    outcome: str
    """Id of the outcome it came from."""
    plan: str
    channel: str = ""
    """Empty where it is about the whole campaign."""
    metric: Metric
    condition: str
    """When it holds."""
    text: str
    """What was seen, in numbers that code wrote."""
    learnt_on: date
    trusted: bool = True
    """Whether its words are the house's own; a name from outside would make it untrusted."""
    helped: int = 0
    """Later plans that used it and did as well as forecast, or better."""
    hurt: int = 0
    """Later plans that used it and did worse."""
    status: LessonStatus = "active"

    @property
    def usefulness(self) -> float:
        """The chance, 0-1, that it helps: ``(helped + 1) / (helped + hurt + 2)``, Laplace's rule of succession."""
        return (self.helped + 1) / (self.helped + self.hurt + 2)


class LessonUse(DomainModel):
    """A later outcome's word on a lesson that its plan had used."""

    lesson: str
    outcome: str
    """Id of the outcome that counted it."""
    has_helped: bool


def lesson_id(outcome: str, kind: LessonKind, channel: str) -> str:
    """Address a lesson by what it came from and what it is about."""
    return f"les-{sha256_of('/'.join((outcome, kind, channel)))[:12]}"
