"""A model that is built at its first call, so that naming one loads no vendor and needs no key."""

from __future__ import annotations

from collections.abc import Callable

from nexusplanner.llm.request import Answer, Model, Request, T


class Lazy:
    """Builds a rung when it is first asked.

    Args:
        build: Builds it; a failure must be one of our own errors.
        name: ``provider:model``, known before it is built.
    """

    def __init__(self, build: Callable[[], Model], *, name: str) -> None:
        self._build, self.name = build, name
        self._model: Model | None = None

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask the model, built if it was not.

        Raises:
            ProviderPermanentError: It cannot be built: no key, or the vendor refuses the settings.
        """
        if self._model is None:
            self._model = self._build()
        return await self._model.answer(request)
