"""A model that one agent speaks to, with somebody listening."""

from __future__ import annotations

from nexusplanner.llm.listener import Listener
from nexusplanner.llm.request import Answer, Model, Request, T


class Heard:
    """Lets a listener hear each answer as it is written; one that came at once (rules, cache, journal) is told whole.

    Args:
        model: The model.
        listener: Whose ear.
    """

    def __init__(self, model: Model, listener: Listener) -> None:
        self._model, self._listener = model, listener

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; the listener is told meanwhile."""
        answer = await self._model.answer(request.having(listener=self._listener))
        is_heard = bool(answer.text) and not answer.cached and not answer.replayed
        if not is_heard and (hear := self._listener.hears(answer.rung)) is not None:
            hear(answer.value.model_dump_json())
        return answer
