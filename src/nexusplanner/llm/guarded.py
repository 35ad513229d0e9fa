"""A model that is not asked while its deployment is down."""

from __future__ import annotations

from nexusplanner.errors import ProviderContentError, ProviderError, ProviderTransientError
from nexusplanner.llm.breaker import Breaker, Outcome
from nexusplanner.llm.request import Answer, Model, Request, T


class Guarded:
    """Asks the breaker before each call, and tells it how the call went.

    Only passing faults count against a deployment: one that refuses a request is up.

    Args:
        model: The model.
        breaker: Its deployment's breaker.
    """

    def __init__(self, model: Model, *, breaker: Breaker) -> None:
        self._model, self._breaker = model, breaker

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask, if the deployment is up.

        Raises:
            ProviderTransientError: It is down; no request left.
        """
        before = self._breaker.health().state
        is_probe = await self._breaker.enter()
        outcome: Outcome = "unknown"
        fault, retry_after_s = "", None
        try:
            answer = await self._model.answer(request)
            outcome = "well"
        except ProviderTransientError as error:
            outcome, fault, retry_after_s = "fault", error.message, error.retry_after_s
            raise
        except ProviderError as error:
            outcome = "well" if isinstance(error, ProviderContentError) or not error.is_unsent else "unknown"
            raise
        finally:
            self._breaker.leave(outcome, is_probe=is_probe, fault=fault, retry_after_s=retry_after_s)
            after = self._breaker.health()
            if request.listener and after.state != before:
                request.listener.told_health(after)
        return answer
