"""A ladder of models: the first that answers, with the reasons of those above it."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.errors import BudgetExceeded, ProviderError
from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.request import Answer, Model, Request, T


class Fallback:
    """Tries its rungs in order; what only the last raises reaches the caller.

    Args:
        rungs: The models.
        starters: Which rungs may come first, in turn: a request with ``turn`` 1 begins with the second of these and
            goes on in the usual order. Drafts that are to be independent come from different families so, and cost
            as many calls as from one. The last rung never begins.
    """

    def __init__(self, *rungs: Model, starters: Sequence[int] = (0,)) -> None:
        self._rungs, self._starters = rungs, tuple(starters)

    @property
    def name(self) -> str:
        """The rungs, in order."""
        return " > ".join(r.name for r in self._rungs)

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Return the first answer; its ``lost`` says why the rungs above gave none."""
        lost: list[str] = []
        refused = 0
        *rungs, last = self._in_turn(request.turn)
        for rung in rungs:
            try:
                answer = await rung.answer(request)
            except (ProviderError, BudgetExceeded) as error:
                lost.append(f"{rung.name}: {error.message}")
                refused += error.times if isinstance(error, ContentRefusedError) else 0
            else:
                return answer.having(lost=(*lost, *answer.lost), refused=answer.refused + refused)
        answer = await last.answer(request)
        return answer.having(lost=(*lost, *answer.lost), refused=answer.refused + refused)

    def _in_turn(self, turn: int) -> tuple[Model, ...]:
        first = self._starters[turn % len(self._starters)]
        return (self._rungs[first], *(rung for i, rung in enumerate(self._rungs) if i != first))
