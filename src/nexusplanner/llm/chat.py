"""Any LangChain chat model as a rung."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nexusplanner.errors import ProviderTransientError
from nexusplanner.llm.content import ReplyCutError, ReplyUnusableError, parse_reply
from nexusplanner.llm.finish import CUT, finish_reason
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
        self._chats = WeakKeyDictionary[asyncio.AbstractEventLoop, "BaseChatModel"]()

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Call the model and parse its reply strictly.

        Raises:
            ProviderTransientError: Time ran out, or the provider said to come back.
            ProviderPermanentError: The provider refused for good.
            ProviderContentError: The reply was cut or does not fit.
        """
        reply = await self._call(request)
        usage = self._usage(reply, request)
        if fault := _unusable(reply):
            is_cut = finish_reason(reply.response_metadata) in CUT
            raise (ReplyCutError if is_cut else ReplyUnusableError)(fault, usage=usage)
        value = parse_reply(reply.text, request, usage)
        return Answer(value, self.name, request.prompt.id, request.prompt.sha256, usage)

    async def _call(self, request: Request[T]) -> AIMessage:
        limit_s = min(self._timeout_s, request.until.left_s()) if request.until else self._timeout_s
        try:
            chat = self._chat()
            async with asyncio.timeout(limit_s):
                return await chat.ainvoke(request_messages(request))
        except TimeoutError as error:
            raise ProviderTransientError(f"{self.name} did not answer within {limit_s:.3g} s.") from error
        except Exception as error:
            raise provider_error(self.name, error) from error

    def _chat(self) -> BaseChatModel:
        """Return this event loop's model: connections do not outlive the loop they were opened in."""
        loop = asyncio.get_running_loop()
        if loop not in self._chats:
            self._chats[loop] = self._load()
        return self._chats[loop]

    def _usage(self, reply: AIMessage, request: Request[T]) -> Usage:
        counted = reply.usage_metadata
        if counted is None or min(counted["input_tokens"], counted["output_tokens"]) < 0:
            tokens_in, tokens_out = tokens_at_most(request_text(request)), tokens_at_most(reply.text)
        else:
            tokens_in, tokens_out = counted["input_tokens"], counted["output_tokens"]
        return Usage(1, tokens_in, tokens_out, price_usd(self.name, tokens_in=tokens_in, tokens_out=tokens_out))


def _unusable(reply: AIMessage) -> str:
    """Say why a reply was not finished or not given; empty where it was."""
    told = reply.response_metadata
    reason = str(told.get("finish_reason") or told.get("stopReason") or told.get("status") or "")
    if refusal := reply.additional_kwargs.get("refusal"):
        return f"The model refused: {str(refusal)[:160]}"
    if reason not in _COMPLETE:
        return f"The reply was not finished ({reason[:40]})."
    # The vendors' packages name themselves, and their wires always say how a reply ended.
    return "The reply has no end." if not reason and told.get("model_provider") else ""
