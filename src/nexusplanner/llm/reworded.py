"""A model that is asked in the user's own words, where there are any."""

from __future__ import annotations

from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.prompts import PromptBook


class Reworded:
    """Puts the user's own prompt in the place of the one a request was made with.

    It stands outside of what counts, keeps and traces calls, so that all of these see what is sent.

    Args:
        model: The model, with all its policies.
        prompts: The prompts.
    """

    def __init__(self, model: Model, prompts: PromptBook) -> None:
        self._model, self._prompts = model, prompts

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask in the user's words."""
        return await self._model.answer(request.having(prompt=self._prompts.instead_of(request.prompt)))
