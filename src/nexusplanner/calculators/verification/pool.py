"""The pool of figures: every number that prose may repeat."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from nexusplanner.calculators.verification.known_figures import (
    KnownFigures,
    brief_figures,
    calculation_figures,
    evidence_figures,
)
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence

_FINE = 1e-9


class FigurePool:
    """Numbers and dates that are known, ready to be looked up by value.

    Build one with :meth:`of`, or join what was read before.

    Args:
        known: The figures of each source.
        weeks: Weeks of the campaign: ``week 3`` is one of them.
    """

    def __init__(self, known: Iterable[KnownFigures], *, weeks: int) -> None:
        sources = tuple(known)
        self._sorted = sorted(frozenset().union(*(source.numbers for source in sources)))
        self._dates: frozenset[float] = frozenset().union(*(source.dates for source in sources))
        self.weeks = weeks

    def __repr__(self) -> str:
        return f"<FigurePool of {len(self._sorted):,} numbers and {len(self._dates):,} dates>"

    @classmethod
    def of(cls, brief: CampaignBrief, evidence: Iterable[Evidence], calculations: Iterable[Calculation]) -> FigurePool:
        """Collect the numbers of a brief, of evidence and of calculations.

        From brief and calculations: every number, every date, how many items each list has, numbers
        within texts, and what a key says (``reachable_80``: 80 %). From evidence: the numbers in
        quote, source and locator. Of a few shares (``power``, ``share``, …) also the rest to one.
        """
        known = (brief_figures(brief), *map(evidence_figures, evidence), *map(calculation_figures, calculations))
        return cls(known, weeks=brief.period.weeks)

    def has(self, value: float, tolerance: float) -> bool:
        """Tell whether some known number lies within the tolerance; signs do not count."""
        size = abs(value)
        slack = tolerance + _FINE * max(size, _FINE)
        i = bisect_left(self._sorted, size - slack)
        return i < len(self._sorted) and self._sorted[i] <= size + slack

    def has_date(self, value: float) -> bool:
        """Tell whether a date (20260331), month (202603), day (331) or year (2026) is known."""
        return value in self._dates
