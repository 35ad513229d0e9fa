"""Any LangChain chat model as a rung."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from nexusplanner.errors import ProviderContentError, ProviderTransientError
from nexusplanner.llm.content import parse_reply
from nexusplanner.llm.messages import request_messages, request_text
from nexusplanner.llm.price import price_usd, tokens_at_most
from nexusplanner.llm.providers.faults import provider_error
from nexusplanner.llm.request import Answer, Request, T, Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

_COMPLETE = {"", "stop", "end_turn", "completed", "stop_sequence"}


class ChatRung:
    """Asks a chat model for one JSON object, under one wall clock.

    Args:
        chat: Gives the model, at the first call; its own retries should be off.
        name: ``provider:model``, for prices and provenance.
        timeout_s: Wall clock around the whole call.
    """

    def __init__(self, chat: Callable[[], BaseChatModel], *, name: str, timeout_s: float) -> None:
        self._load, self.name, self._timeout_s = chat, name, timeout_s
        self._chat: BaseChatModel | None = None

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Call the model and parse its reply strictly.

        Raises:
            ProviderTransientError: Time ran out, or the provider said to come back.
            ProviderPermanentError: The provider refused for good.
            ProviderContentError: The reply was cut or does not fit.
        """
        reply = await self._call(request)
        usage = self._usage(reply, request)
        reason = str(
            reply.response_metadata.get("finish_reason")
            or reply.response_metadata.get("stopReason")
            or reply.response_metadata.get("status")
            or ""
        )
        if reason not in _COMPLETE:
            raise ProviderContentError(f"The reply was not finished ({reason}).")
        value = parse_reply(reply.text, request, usage)
        return Answer(value, self.name, request.prompt.id, request.prompt.sha256, usage)

    async def _call(self, request: Request[T]) -> AIMessage:
        try:
            if self._chat is None:
                self._chat = self._load()
            async with asyncio.timeout(self._timeout_s):
                return await self._chat.ainvoke(request_messages(request))
        except TimeoutError as error:
            raise ProviderTransientError(f"{self.name} did not answer within {self._timeout_s:g} s.") from error
        except Exception as error:
            raise provider_error(self.name, error) from error

    def _usage(self, reply: AIMessage, request: Request[T]) -> Usage:
        counted = reply.usage_metadata
        tokens_in = counted["input_tokens"] if counted else tokens_at_most(request_text(request))
        tokens_out = counted["output_tokens"] if counted else tokens_at_most(reply.text)
        usd = price_usd(self.name, tokens_in=max(tokens_in, 0), tokens_out=max(tokens_out, 0))
        return Usage(1, tokens_in, tokens_out, usd)
