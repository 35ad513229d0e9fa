"""Recall: how what is remembered of earlier campaigns is ranked, and how much of it a plan is told.

    score = (relevance * r + recency * 0.5**(age / half_life_days) + outcome * o) / (sum of the three weights)

``r`` is how much it bears on the brief (see the port ``Relevance``). ``o`` is how it turned out: of a campaign
``x / (1 + x)`` for ``x`` what came over what was forecast, of a lesson how often it helped,
``(helped + 1) / (helped + hurt + 2)``.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from nexusplanner.domain.lesson import Lesson
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.outcome import Outcome


class Recall(DomainModel):
    """What is recalled of earlier outcomes: how much each part of a score counts, and how much is told."""

    relevance: float = Field(default=0.5, ge=0, le=1)
    """Weight of how much it bears on the brief."""
    recency: float = Field(default=0.25, ge=0, le=1)
    """Weight of how fresh it is."""
    outcome: float = Field(default=0.25, ge=0, le=1)
    """Weight of how it turned out."""
    half_life_days: float = Field(default=365.0, gt=0, le=36_500)
    """Days in which freshness halves."""
    most_campaigns: int = Field(default=3, ge=0, le=24)
    """Campaigns whose channels a plan is told one by one."""
    most_lessons: int = Field(default=6, ge=0, le=50)
    """Lessons that a plan is told."""

    def score(self, *, relevance: float, age_days: int, outcome: float) -> float:
        """Return a score, 0-1.

        Args:
            relevance: 0-1.
            age_days: How old it is; what is of the future counts as new.
            outcome: 0-1.
        """
        whole = self.relevance + self.recency + self.outcome
        recency = 0.5 ** (max(age_days, 0) / self.half_life_days)
        told = self.relevance * relevance + self.recency * recency + self.outcome * outcome
        return round(told / whole, 4) if whole > 0 else 0.0

    def of_outcome(self, outcome: Outcome, *, relevance: float, today: date) -> float:
        """Score an outcome."""
        age = (today - outcome.end).days
        return self.score(relevance=relevance, age_days=age, outcome=outcome.total.success)

    def of_lesson(self, lesson: Lesson, *, relevance: float, today: date) -> float:
        """Score a lesson."""
        return self.score(relevance=relevance, age_days=(today - lesson.learnt_on).days, outcome=lesson.usefulness)
