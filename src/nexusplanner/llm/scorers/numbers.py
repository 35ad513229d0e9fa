"""Whether every number has a source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel

from nexusplanner.llm.request import Request, T
from nexusplanner.llm.scorers.prose import prose_in
from nexusplanner.llm.scorers.score import Mark

if TYPE_CHECKING:
    from nexusplanner.calculators.verification import FigurePool


class Numbers:
    """Marks the share of numbers in the prose that a source explains.

    Args:
        known: Returns the figures a request's inputs give, from ``request.inputs``; None where they give none.
    """

    def __init__(self, known: Callable[[object], FigurePool | None]) -> None:
        self._known = known

    def mark(self, request: Request[T], value: BaseModel) -> Mark | None:
        """Mark an answer's numbers; one without numbers is not marked."""
        from nexusplanner.calculators.verification import numbers_in, orphans

        pool = self._known(request.inputs)
        if pool is None:
            return None
        texts = prose_in(value)
        count = sum(len(numbers_in(text)) for text in texts)
        lost = [number for text in texts for number in orphans(text, pool)]
        if not count:
            return None
        reason = f"The number {lost[0]} is in no source." if lost else ""
        return Mark(1 - len(lost) / count, reason, told=f"{len(lost)} of its numbers are in no source.")
