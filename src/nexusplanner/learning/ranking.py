"""Ranking what is remembered: how much it bears on a brief, how fresh it is, and how it turned out.

    score = (w_relevance * relevance + w_recency * 0.5**(age / half_life) + w_outcome * outcome) / (sum of the weights)

Relevance is the word index's (see ``Relevance``); ``outcome`` is how well a campaign did against its forecast,
``r / (1 + r)`` of the ratio of the two, and how often a lesson helped, ``(helped + 1) / (helped + hurt + 2)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nexusplanner.domain.lesson import Lesson
from nexusplanner.domain.outcome import Outcome


@dataclass(frozen=True)
class Weights:
    """How much each part of a score counts, and how fast what is known ages."""

    relevance: float = 0.5
    recency: float = 0.25
    outcome: float = 0.25
    half_life_days: float = 365.0

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
        ratio = max(1 + outcome.total.difference, 0.0)
        return self.score(relevance=relevance, age_days=(today - outcome.end).days, outcome=ratio / (1 + ratio))

    def of_lesson(self, lesson: Lesson, *, relevance: float, today: date) -> float:
        """Score a lesson."""
        return self.score(relevance=relevance, age_days=(today - lesson.learnt_on).days, outcome=lesson.usefulness)
