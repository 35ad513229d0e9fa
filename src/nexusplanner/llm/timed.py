"""A model whose whole call, with every try and wait in it, is over in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from nexusplanner.errors import BudgetExceeded, ProviderTransientError
from nexusplanner.llm.deadline import Deadline
from nexusplanner.llm.request import Answer, Model, Request, T

GRACE_S = 0.5
"""What is held may take this much longer to say itself that time ran out; then it is cut off."""


class Timed:
    """Puts a wall clock around a call, and asks no model once the run's time is over.

    Args:
        model: The model, with all its tries.
        limit_s: Seconds for the call.
        monotonic: The clock.
    """

    def __init__(self, model: Model, *, limit_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._model, self._limit_s, self._monotonic = model, limit_s, monotonic

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask, within the time of the call and of the run.

        Raises:
            BudgetExceeded: The run's time is over; nobody was asked.
            ProviderTransientError: The call's time ran out.
        """
        run = request.purse.deadline
        if run is not None and run.left_s() <= 0:
            raise BudgetExceeded(f"The run's {run.span_s:g} s are over.", fix="Raise limits.run_timeout_s.")
        limit_s = min(self._limit_s, run.left_s()) if run else self._limit_s
        bounded = request.having(until=Deadline(limit_s, monotonic=self._monotonic))
        try:
            async with asyncio.timeout(limit_s + GRACE_S):
                return await self._model.answer(bounded)
        except TimeoutError as error:
            raise ProviderTransientError(f"{self.name} did not answer within {limit_s:g} s.") from error
