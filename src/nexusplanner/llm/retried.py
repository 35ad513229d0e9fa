"""A model that is called again after a passing fault."""

from __future__ import annotations

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from nexusplanner.errors import ProviderTransientError
from nexusplanner.llm.request import Answer, Model, Request, T


class Retried:
    """Calls up to ``attempts`` times while the fault is transient, with jittered waits in seconds."""

    def __init__(self, model: Model, *, attempts: int = 3, longest_wait_s: float = 4.0) -> None:
        self._model, self._attempts, self._longest_wait_s = (
            model,
            attempts,
            longest_wait_s,
        )

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Call until it answers, the fault is not transient, or the attempts are used."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(ProviderTransientError),
            stop=stop_after_attempt(self._attempts),
            wait=wait_random_exponential(multiplier=0.5, max=self._longest_wait_s),
            reraise=True,
        )
        return await retrying(self._model.answer, request)
