"""A model that one agent speaks to, with its work noted in the run's timeline."""

from __future__ import annotations

from nexusplanner.domain.timeline import Shift
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.rules import RULES
from nexusplanner.observability.timekeeper import Timekeeper


class Clocked:
    """Notes when each answer was asked for and given, by whom, and at what cost.

    Args:
        model: The model.
        keeper: Where it is noted.
        agent: The role that asks.
        branch: What tells its branch from others of the same role.
    """

    def __init__(self, model: Model, keeper: Timekeeper, *, agent: str, branch: str) -> None:
        self._model, self._keeper = model, keeper
        self._agent, self._branch = agent, branch

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; a call that nobody answered is noted, too."""
        began, answer = self._keeper.now_s(), None
        try:
            answer = await self._model.answer(request)
            return answer
        finally:
            self._keeper.note(self._shift(request.task, began, answer))

    def _shift(self, task: str, began: float, answer: Answer[T] | None) -> Shift:
        shift = Shift(
            kind="agent",
            who=self._agent,
            branch=self._branch,
            task=task,
            rung="",
            began_s=began,
            ended_s=self._keeper.now_s(),
        )
        if answer is None:
            return shift
        usage = answer.usage
        return shift.model_copy(
            update={
                "rung": answer.rung,
                "calls": usage.calls,
                "cached_calls": usage.cached_calls,
                "tokens_in": usage.tokens_in,
                "tokens_out": usage.tokens_out,
                "usd": usage.usd,
                "attempts": 0 if answer.rung == RULES else answer.attempts,
                "score": answer.score,
                "lost": len(answer.lost),
            }
        )
