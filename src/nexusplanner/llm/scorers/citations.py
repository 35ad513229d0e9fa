"""Whether what is cited was given."""

from __future__ import annotations

from pydantic import BaseModel

from nexusplanner.llm.content import ids_in
from nexusplanner.llm.request import Request, T
from nexusplanner.llm.scorers.score import Mark


class Citations:
    """Marks the share of cited ids that lead somewhere; an answer that cites nothing is not marked."""

    def mark(self, request: Request[T], value: BaseModel) -> Mark | None:
        """Mark an answer's citations against the ids the request allows."""
        cited = tuple(dict.fromkeys(ids_in(value)))
        if not cited:
            return None
        lost = [i for i in cited if i not in request.allowed_ids]
        reason = f"It cites {lost[0]!r}, which was not given." if lost else ""
        return Mark(1 - len(lost) / len(cited), reason, told=f"It cites {len(lost)} ids never given.")
