"""A ladder of models: the first that answers, with the reasons of those above it."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.errors import BudgetExceeded, ProviderError
from nexusplanner.llm.request import Answer, Model, Request, T


class Fallback:
    """Tries its rungs in order; what only the last raises reaches the caller."""

    def __init__(self, *rungs: Model) -> None:
        self._rungs = rungs

    @property
    def name(self) -> str:
        """The rungs, in order."""
        return " > ".join(r.name for r in self._rungs)

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Return the first answer; its ``lost`` says why the rungs above gave none."""
        lost: list[str] = []
        for rung in self._rungs[:-1]:
            try:
                answer = await rung.answer(request)
            except (ProviderError, BudgetExceeded) as error:
                lost.append(f"{rung.name}: {error.message}")
            else:
                return replace(answer, lost=(*lost, *answer.lost))
        answer = await self._rungs[-1].answer(request)
        return replace(answer, lost=(*lost, *answer.lost))
