"""Whether it says things once, and not what its siblings say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pydantic import BaseModel

from nexusplanner.llm.request import Request, T
from nexusplanner.llm.scorers.prose import prose_in
from nexusplanner.llm.scorers.score import Mark

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
_SHORTEST = 5
"""Words of a sentence that may stand twice by chance."""


def _no_siblings(inputs: object) -> tuple[BaseModel, ...]:
    del inputs
    return ()


class Repetition:
    """Marks the share of sentences that stand there once, and stand in no sibling.

    Args:
        siblings: Returns the answers this one must differ from, from ``request.inputs``.
    """

    def __init__(self, siblings: Callable[[object], Iterable[BaseModel]] = _no_siblings) -> None:
        self._siblings = siblings

    def mark(self, request: Request[T], value: BaseModel) -> Mark | None:
        """Mark an answer's sentences; short ones are not looked at."""
        told = list(_sentences(value))
        if not told:
            return None
        taken = {sentence for sibling in self._siblings(request.inputs) for sentence in _sentences(sibling)}
        again = []
        for sentence in told:
            if sentence in taken:
                again.append(sentence)
            taken.add(sentence)
        reason = f"It says again: {' '.join(again[0])[:120]!r}." if again else ""
        return Mark(1 - len(again) / len(told), reason, told=f"It says {len(again)} sentences again.")


def _sentences(value: BaseModel) -> Iterable[tuple[str, ...]]:
    for text in prose_in(value):
        for sentence in _SENTENCE.split(text):
            words = tuple(_WORD.findall(sentence.casefold()))
            if len(words) >= _SHORTEST:
                yield words
