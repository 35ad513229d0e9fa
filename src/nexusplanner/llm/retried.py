"""A model that is called again after a passing fault."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_random_exponential,
)

from nexusplanner.errors import ProviderTransientError
from nexusplanner.llm.request import Answer, Model, Request, T

LONGEST_RETRY_AFTER_S = 30.0


class Retried:
    """Calls up to ``attempts`` times while the fault is transient.

    It waits as long as the provider asked, and at least a jittered back-off. Where that is longer than
    ``longest_retry_after_s``, or than the call has left, it gives up at once: another model may answer.

    Args:
        model: The model.
        attempts: Calls in all.
        longest_wait_s: The longest back-off.
        longest_retry_after_s: The longest wait a provider is granted.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        model: Model,
        *,
        attempts: int = 3,
        longest_wait_s: float = 4.0,
        longest_retry_after_s: float = LONGEST_RETRY_AFTER_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._model, self._attempts, self._sleep = model, attempts, sleep
        self._back_off = wait_random_exponential(multiplier=0.5, max=longest_wait_s)
        self._longest_retry_after_s = longest_retry_after_s

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Call until it answers, the fault is not transient, or no further try is worth its wait."""
        try:
            return await self._model.answer(request)
        except ProviderTransientError as error:
            return await self._again(request, _First(error, self._model))

    async def _again(self, request: Request[T], model: _First) -> Answer[T]:
        def is_enough(state: RetryCallState) -> bool:
            left_s = request.until.left_s() if request.until else math.inf
            asked_s = retry_after_s(state) or 0.0
            is_too_long = asked_s > self._longest_retry_after_s or (state.upcoming_sleep or 0.0) >= left_s
            return is_too_long or state.attempt_number >= self._attempts

        retrying = AsyncRetrying(
            sleep=self._sleep,
            retry=retry_if_exception_type(ProviderTransientError),
            stop=is_enough,
            wait=lambda state: max(self._back_off(state), retry_after_s(state) or 0.0),
            reraise=True,
        )
        answer: Answer[T] = await retrying(model.answer, request)
        return answer.having(attempts=answer.attempts + int(retrying.statistics["attempt_number"]) - 1)


class _First:
    """A model whose first call is over: it failed."""

    def __init__(self, error: ProviderTransientError, model: Model) -> None:
        self._error: ProviderTransientError | None = error
        self._model = model

    async def answer(self, request: Request[T]) -> Answer[T]:
        error, self._error = self._error, None
        if error is not None:
            raise error
        return await self._model.answer(request)


def retry_after_s(state: RetryCallState) -> float | None:
    """Return how long the provider asked to be left alone."""
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after_s if isinstance(error, ProviderTransientError) else None
