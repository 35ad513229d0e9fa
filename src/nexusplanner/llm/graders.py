"""Who says how good an answer is: yardsticks of code, and a judge model where one is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from nexusplanner.errors import BudgetExceeded, ProviderError
from nexusplanner.llm.request import Model, Request, T, Usage
from nexusplanner.llm.scorers import Score, Scorer, score_of
from nexusplanner.prompts import find

JUDGE_TASK = "judge.score"
_MOST_REASONS = 5


@dataclass(frozen=True)
class Grade:
    """A score, and what it cost to find it."""

    score: Score
    usage: Usage = field(default=Usage())


class Grader(Protocol):
    """Grades answers."""

    async def grade(self, request: Request[T], value: BaseModel) -> Grade:
        """Grade an answer to a request."""
        ...


class ByCode:
    """Grades by yardsticks alone: free, and the same each time.

    Args:
        scorers: The yardsticks; :func:`nexusplanner.llm.scorers.score_of` says how their marks add up.
    """

    def __init__(self, scorers: Sequence[Scorer]) -> None:
        self._scorers = tuple(scorers)

    async def grade(self, request: Request[T], value: BaseModel) -> Grade:
        """Grade an answer."""
        return Grade(score_of(request, value, self._scorers))


class JudgeMark(BaseModel):
    """What a judge model says of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    score: float = Field(ge=0, le=1)
    reasons: tuple[str, ...] = ()
    """What is wrong, gravest first."""


class ByJudge:
    """Grades by another grader first and, where that lets an answer pass, by a judge model; the lower score counts.

    A judge that does not answer, or is not within the budget, is done without.

    Args:
        first: The grader that costs nothing.
        judge: The model that judges; it pays from the same purse.
        floor: Least score of the first grader that is worth a judge's time.
    """

    def __init__(self, first: Grader, judge: Model, *, floor: float) -> None:
        self._first, self._judge, self._floor = first, judge, floor

    async def grade(self, request: Request[T], value: BaseModel) -> Grade:
        """Grade an answer."""
        by_code = await self._first.grade(request, value)
        if by_code.score.total < self._floor:
            return by_code
        try:
            judged = await self._judge.answer(_about(request, value))
        except (ProviderError, BudgetExceeded):
            return by_code
        mark = judged.value
        reasons = (*mark.reasons[:_MOST_REASONS], *by_code.score.reasons)
        total = min(by_code.score.total, mark.score)
        told = ("A judge model found it wanting.",) if mark.reasons else ()
        return Grade(Score(round(total, 4), reasons, (*told, *by_code.score.told)), by_code.usage + judged.usage)


def _about(request: Request[T], value: BaseModel) -> Request[JudgeMark]:
    """Ask about an answer: the question's own words are data to the judge, as the answer is."""
    return Request(
        task=JUDGE_TASK,
        prompt=find("judge/score"),
        variables={"task": request.task},
        inputs=None,
        data=lambda: f"{request.prompt.fill(request.variables)}\n\n{request.data()}\n\n{value.model_dump_json()}",
        schema=JudgeMark,
        tenant=request.tenant,
        purse=request.purse,
        until=request.until,
        tape=request.tape,
        allowed_ids=request.allowed_ids,
    )
