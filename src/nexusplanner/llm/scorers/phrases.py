"""Whether it says what it must, and nothing that it must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from nexusplanner.llm.request import Request, T
from nexusplanner.llm.scorers.prose import prose_in
from nexusplanner.llm.scorers.score import Mark


@dataclass(frozen=True)
class Wording:
    """Phrases an answer must have, and must not have; upper and lower case are alike."""

    must_say: Sequence[str] = ()
    never_say: Sequence[str] = ()


class Phrases:
    """Marks nothing where a banned phrase is said, else the share of required phrases that are.

    Args:
        wording: Returns the phrases that apply, from the request's task and inputs.
    """

    def __init__(self, wording: Callable[[str, object], Wording]) -> None:
        self._wording = wording

    def mark(self, request: Request[T], value: BaseModel) -> Mark | None:
        """Mark an answer's wording; where no phrase applies it is not marked."""
        wording = self._wording(request.task, request.inputs)
        if not wording.must_say and not wording.never_say:
            return None
        said = " ".join(prose_in(value)).casefold()
        if banned := [phrase for phrase in wording.never_say if phrase.casefold() in said]:
            return Mark(0.0, f"It says {banned[0]!r}, which must never be said.")
        missing = [phrase for phrase in wording.must_say if phrase.casefold() not in said]
        reason = f"It does not say {missing[0]!r}." if missing else ""
        return Mark(1 - len(missing) / max(len(wording.must_say), 1), reason)
