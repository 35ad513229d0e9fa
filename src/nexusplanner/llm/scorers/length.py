"""Whether it is neither empty nor endless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from nexusplanner.llm.request import Request, T
from nexusplanner.llm.scorers.prose import prose_in
from nexusplanner.llm.scorers.score import Mark


@dataclass(frozen=True)
class Length:
    """Marks how far an answer is from its bounds: half the least number of words, or twice the most, is half a mark.

    Args:
        bounds: Task -> least and most words.
        otherwise: The bounds of any other task.
    """

    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    otherwise: tuple[int, int] = (1, 5000)

    def mark(self, request: Request[T], value: BaseModel) -> Mark | None:
        """Mark an answer's length, in words of prose."""
        least, most = self.bounds.get(request.task, self.otherwise)
        words = sum(len(text.split()) for text in prose_in(value))
        if words < least:
            return Mark(words / least, f"It has {words} words, and needs at least {least}.")
        if words > most:
            return Mark(most / words, f"It has {words} words; {most} are the most.")
        return Mark(1.0)
