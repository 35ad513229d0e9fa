"""A model whose answers are scored by code; a poor one is mended once, then left to the next rung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.scorers import Score, Scorer, score_of

FLOOR = 0.5


class Scored:
    """Holds a model's answers to a floor, and writes each score on its answer.

    Args:
        model: The model.
        scorers: Yardsticks; :func:`nexusplanner.llm.scorers.score_of` says how their marks add up.
        floor: Least score, 0-1, that is let pass; 0 scores and refuses nothing, as for the rules.
    """

    def __init__(self, model: Model, scorers: Sequence[Scorer], *, floor: float = FLOOR) -> None:
        if not 0 <= floor <= 1:
            raise ValueError(f"floor must be within 0 and 1, not {floor!r}")
        self._model, self._scorers, self._floor = model, tuple(scorers), floor

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; where the answer scores below the floor, ask again with the reasons.

        Raises:
            ContentRefusedError: The mended answer is below the floor, too.
        """
        first = await self._model.answer(request)
        score = score_of(request, first.value, self._scorers)
        if score.total >= self._floor:
            return replace(first, score=score.total)
        mended = await self._model.answer(request.with_repair(first.value.model_dump_json(), _told(score, self._floor)))
        usage = first.usage + mended.usage
        score = score_of(request, mended.value, self._scorers)
        if score.total < self._floor:
            reply = mended.value.model_dump_json()[:20_000]
            raise ContentRefusedError(_told(score, self._floor), reply=reply, usage=usage)
        return replace(mended, score=score.total, usage=usage)


def _told(score: Score, floor: float) -> str:
    return " ".join((f"The answer scores {score.total:.2f}; {floor:.2f} is the least.", *score.reasons[:5]))
