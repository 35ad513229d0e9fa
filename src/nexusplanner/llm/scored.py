"""A model whose answers are graded; a poor one is mended once, then left to the next rung."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.graders import Grader
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.scorers import Score

FLOOR = 0.5


class Scored:
    """Holds a model's answers to a floor, and writes each score on its answer.

    Args:
        model: The model.
        grader: Says how good an answer is.
        floor: Least score, 0-1, that is let pass; 0 scores and refuses nothing, as for the rules.
    """

    def __init__(self, model: Model, grader: Grader, *, floor: float = FLOOR) -> None:
        if not 0 <= floor <= 1:
            raise ValueError(f"floor must be within 0 and 1, not {floor!r}")
        self._model, self._grader, self._floor = model, grader, floor

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; where the answer scores below the floor, ask again with the reasons.

        Raises:
            ContentRefusedError: The mended answer is below the floor, too.
        """
        first, score = await self._graded(request)
        if score.total >= self._floor:
            return first
        reply = first.text or first.value.model_dump_json()
        mended, score = await self._graded(request.with_repair(reply, _told(score, self._floor, score.reasons)))
        usage = first.usage + mended.usage
        if score.total < self._floor:
            refused = mended.text or mended.value.model_dump_json()
            told, detail = (_told(score, self._floor, why) for why in (score.told, score.reasons))
            error = ContentRefusedError(told, reply=refused[:20_000], usage=usage, detail=detail)
            error.times = first.refused + mended.refused + 2
            raise error
        times = first.refused + mended.refused + 1
        return mended.having(usage=usage, attempts=first.attempts + mended.attempts, refused=times)

    async def _graded(self, request: Request[T]) -> tuple[Answer[T], Score]:
        answer = await self._model.answer(request)
        grade = await self._grader.grade(request, answer.value)
        return answer.having(score=grade.score.total, usage=answer.usage + grade.usage), grade.score


def _told(score: Score, floor: float, reasons: Sequence[str]) -> str:
    return " ".join((f"The answer scores {score.total:.2f}; {floor:.2f} is the least.", *reasons[:5]))
