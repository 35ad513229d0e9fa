"""A model that one agent speaks to, each of its calls with a tape."""

from __future__ import annotations

from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.tape import Scene


class Taped:
    """Gives each call of an agent the tape of what it was told before.

    Args:
        model: The model.
        scene: The node at work.
        call: Who asks, within the node.
    """

    def __init__(self, model: Model, scene: Scene, *, call: str) -> None:
        self._model, self._scene, self._call = model, scene, call

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; the answer says whether it was told before."""
        tape = self._scene.tape(self._call)
        answer = await self._model.answer(request.having(tape=tape))
        return answer.having(replayed=tape.replayed) if tape.replayed else answer
