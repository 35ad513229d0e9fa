"""A model whose calls can be followed: how long each took, who answered, and at what cost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic as _monotonic

from nexusplanner.errors import NexusError
from nexusplanner.llm.request import Answer, Model, Request, T

_LOG = logging.getLogger("nexusplanner.llm")


class Traced:
    """Takes the time of each call, and logs it with what came of it; never a word of prompt or reply.

    Args:
        model: The model, with all its policies.
        monotonic: The clock.
    """

    def __init__(self, model: Model, *, monotonic: Callable[[], float] = _monotonic) -> None:
        self._model, self._monotonic = model, monotonic

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask, and write on the answer how long it took."""
        began = self._monotonic()
        try:
            answer = await self._model.answer(request)
        except NexusError as error:
            _LOG.warning("%s got no answer: %s", request.task, error.code, extra=self._told(request, began))
            raise
        answer = answer.having(latency_s=self._monotonic() - began)
        if _LOG.isEnabledFor(logging.INFO):
            told = {
                "rung": answer.rung,
                "model": answer.model,
                "usd": str(answer.usage.usd),
                "tokens_in": answer.usage.tokens_in,
                "tokens_out": answer.usage.tokens_out,
                "attempts": answer.attempts,
                "score": answer.score,
                "is_cached": answer.cached,
                "lost": len(answer.lost),
            }
            _LOG.info("%s answered by %s", request.task, answer.rung, extra=self._told(request, began) | told)
        return answer

    def _told(self, request: Request[T], began: float) -> dict[str, object]:
        return {
            "task": request.task,
            "tenant": request.tenant,
            "run": request.purse.run,
            "prompt_id": request.prompt.id,
            "prompt_sha256": request.prompt.sha256,
            "latency_s": round(self._monotonic() - began, 4),
        }
