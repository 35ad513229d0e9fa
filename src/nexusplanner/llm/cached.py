"""A model that gives the same answer to exactly the same request of the same tenant, and is paid once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TypeVar
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from nexusplanner.domain.calculation import canonical
from nexusplanner.errors import StorageError
from nexusplanner.llm.answers_data import owner_of_answers
from nexusplanner.llm.messages import request_text
from nexusplanner.llm.request import Answer, Model, Request, T, Usage
from nexusplanner.llm.rules import RULES
from nexusplanner.ports.answers import AnswerStore

_LOG = logging.getLogger("nexusplanner.cache")
_FORMAT = 1
_FLIGHTS = 2
"""How often somebody waits for another's call before making one of its own."""
_R = TypeVar("_R")


class Cached:
    """Keeps answers of the model that was asked first; identical calls at the same time share one.

    What a lower rung or the rules gave is passed on, never kept: the next call tries the model again.
    A store that fails keeps nothing, and fails no call.

    Args:
        model: The model, or the chain; its first rung is the one whose answers are kept.
        store: Where answers are kept.
        ttl_s: Seconds that an answer is kept.
        parameters: Whatever else shapes an answer (``max_tokens``, ``temperature``); part of the key.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        model: Model,
        store: AnswerStore,
        *,
        ttl_s: float = 86_400.0,
        parameters: Mapping[str, object] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._model, self.store, self._ttl_s, self._now = model, store, ttl_s, now
        self._parameters = dict(parameters or {})
        self._flights: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Future[str | None]]] = (
            WeakKeyDictionary()
        )

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    def key(self, request: Request[T]) -> str:
        """Return what tells a request apart: tenant, model, parameters, prompt, schema, and all that is sent."""
        parts = {
            "format": _FORMAT,
            "tenant": request.tenant,
            "model": self.name,
            "parameters": self._parameters,
            "task": request.task,
            "prompt": request.prompt.sha256,
            "schema": request.schema.model_json_schema(),
            "messages": request_text(request),
            "allowed_ids": sorted(request.allowed_ids),
        }
        return (
            owner_of_answers(request.tenant) + hashlib.sha256(canonical(parts).encode("utf-8", "replace")).hexdigest()
        )

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Answer from the cache, from a call that is under way, or by a call.

        Raises:
            ProviderError: As the held model does; a failure is not kept.
            BudgetExceeded: As the held model does.
        """
        key = self.key(request)
        flights = self._flights.setdefault(asyncio.get_running_loop(), {})
        for _ in range(_FLIGHTS):
            if (flight := flights.get(key)) is None:
                return await self._lead(request, key, flights)
            kept = await asyncio.shield(flight)
            if kept is not None and (answer := _read(kept, request)) is not None:
                return await self._noted(answer, request)
        return await self._asked(request, key)

    async def _lead(self, request: Request[T], key: str, flights: dict[str, asyncio.Future[str | None]]) -> Answer[T]:
        """Look, then ask, for everybody who waits: looking first would let two ask who looked at once."""
        flight: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        flights[key] = flight
        kept, written = None, None
        try:
            kept = await self._kept(key)
            if kept is not None and (found := _read(kept, request)) is not None:
                return await self._noted(found, request)
            kept = None
            answer = await self._model.answer(request)
            written = self._written(answer)
            return answer
        finally:
            flight.set_result(kept or written)  # None, where there is nothing to share: who waits asks again
            try:
                if written is not None:
                    await self._keep(key, written)
            finally:
                flights.pop(key, None)

    async def _noted(self, answer: Answer[T], request: Request[T]) -> Answer[T]:
        await request.purse.anote_cached(answer.usage.saved_usd, agent=request.task, model=answer.rung)
        return answer

    async def _asked(self, request: Request[T], key: str) -> Answer[T]:
        answer = await self._model.answer(request)
        if (written := self._written(answer)) is not None:
            await self._keep(key, written)
        return answer

    def _written(self, answer: Answer[T]) -> str | None:
        if answer.rung == RULES or answer.lost or answer.cached:
            return None
        usage = answer.usage
        return json.dumps(
            {
                "value": answer.value.model_dump_json(),
                "rung": answer.rung,
                "prompt": [answer.prompt_id, answer.prompt_sha256],
                "usd": str(usage.usd + usage.saved_usd),
            }
        )

    async def _kept(self, key: str) -> str | None:
        try:
            return await self._off_loop(partial(self.store.get, key, now=self._now()))
        except StorageError as error:
            _LOG.warning("The cache was not read: %s", error)
            return None

    async def _keep(self, key: str, text: str) -> None:
        try:
            await self._off_loop(partial(self.store.put, key, text, now=self._now(), ttl_s=self._ttl_s))
        except StorageError as error:
            _LOG.warning("An answer was not kept: %s", error)

    async def _off_loop(self, work: Callable[[], _R]) -> _R:
        return await asyncio.to_thread(work) if self.store.waits else work()


def _read(text: str, request: Request[T]) -> Answer[T] | None:
    """Read a kept answer as strictly as a model's; one that does not fit is none."""
    try:
        kept = json.loads(text)
        value = request.schema.model_validate_json(kept["value"])
        prompt_id, prompt_sha256 = kept["prompt"]
        usage = Usage(cached_calls=1, saved_usd=Decimal(kept["usd"]))
        found = Answer(value, str(kept["rung"]), str(prompt_id), str(prompt_sha256), usage)
        return replace(found, cached=True)
    except (ValueError, KeyError, TypeError, ArithmeticError, ValidationError):
        return None
