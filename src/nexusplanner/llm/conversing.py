"""Any LangChain chat model as a rung for conversations: whole replies, filled forms and streams."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.messages import AIMessage, AIMessageChunk

from nexusplanner.errors import (
    ProviderContentError,
    ProviderError,
    ProviderTransientError,
)
from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.conversation import PARSED, Conversation, conversation_of
from nexusplanner.llm.finish import finish_fault
from nexusplanner.llm.left_over import past_left_overs
from nexusplanner.llm.messages import request_text
from nexusplanner.llm.opened import OpenedStream
from nexusplanner.llm.price import Prices, tokens_at_most
from nexusplanner.llm.providers.faults import provider_error
from nexusplanner.llm.request import Answer, Request, T, Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages.ai import UsageMetadata
    from langchain_core.runnables import Runnable, RunnableConfig

R = TypeVar("R")
_OF_TOOLS = ("tool_choice", "parallel_tool_calls")
_THREADS = 64
_UNHEARD: RunnableConfig = {"callbacks": []}
"""The caller's callbacks hear of one call of one model, however many rungs were asked."""


class ConversationRung:
    """Passes a conversation to a chat model, under one wall clock.

    Args:
        chat: Gives the model, at the first call; its own retries should be off.
        name: ``provider:model``, for prices and provenance.
        timeout_s: Wall clock around the whole call.
        prices: What models cost.
    """

    def __init__(
        self, chat: Callable[[], BaseChatModel], *, name: str, timeout_s: float, prices: Prices | None = None
    ) -> None:
        self._load, self.name, self._timeout_s, self._prices = chat, name, timeout_s, prices or Prices()
        self._chat: BaseChatModel | None = None

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Call the model; of a stream, wait for the first words.

        Raises:
            ProviderTransientError: Time ran out, or the provider said to come back.
            ProviderPermanentError: The provider refused for good, or cannot do what is asked.
            ProviderContentError: The reply was withheld, or cut where it must be whole.
        """
        conversation = conversation_of(request)
        conversation.attempts += 1
        limit_s = min(self._timeout_s, request.until.left_s()) if request.until else self._timeout_s
        message, usage = await self._message(conversation, request_text(request), limit_s)
        return Answer(request.schema(message=message), self.name, request.prompt.id, request.prompt.sha256, usage)

    async def _message(self, conversation: Conversation, sent: str, limit_s: float) -> tuple[AIMessage, Usage]:
        if conversation.is_streamed:
            return await self._opened(conversation, sent, limit_s), Usage(1)
        said = await self._said(conversation, limit_s)
        message = said["raw"] if isinstance(said, dict) else said
        if not isinstance(message, AIMessage):
            raise ProviderContentError(f"{self.name} replied with {type(message).__name__}, not with a message.")
        usage = self._usage(sent, message.usage_metadata, message.text or str(message.tool_calls))
        told = {**message.response_metadata, "refusal": message.additional_kwargs.get("refusal")}
        fault = finish_fault(told, must_be_whole=_must_be_whole(conversation))
        if not fault and isinstance(said, dict):
            message, fault = _filled(message, said)
        if fault:
            raise ContentRefusedError(fault, reply=message.text[:20_000], usage=usage)
        return message, usage

    async def _said(self, conversation: Conversation, limit_s: float) -> object:
        asked, options = self._prepared(conversation)
        try:
            async with asyncio.timeout(limit_s):
                messages = list(conversation.messages)
                if conversation.is_blocking:
                    return await _in_a_thread(partial(asked.invoke, messages, _UNHEARD, **options))
                return await past_left_overs(lambda: asked.ainvoke(messages, _UNHEARD, **options))
        except TimeoutError as error:
            raise ProviderTransientError(f"{self.name} did not answer within {limit_s:.3g} s.") from error
        except ProviderError:
            raise
        except Exception as error:
            raise provider_error(self.name, error) from error

    async def _opened(self, conversation: Conversation, sent: str, limit_s: float) -> AIMessage:
        asked, options = self._prepared(conversation)
        messages = list(conversation.messages)

        async def opened() -> OpenedStream:
            source = (
                _from_threads(partial(asked.stream, messages, _UNHEARD, **options))
                if conversation.is_blocking
                else asked.astream(messages, _UNHEARD, **options)
            )
            stream = OpenedStream(
                source,
                name=self.name,
                timeout_s=limit_s,
                must_be_whole=_must_be_whole(conversation),
                account=lambda counted, said: self._usage(sent, counted, said),
            )
            await stream.begin()
            return stream

        conversation.opened = await past_left_overs(opened)
        return AIMessage("")

    def _prepared(self, conversation: Conversation) -> tuple[Runnable[Any, Any], dict[str, Any]]:
        """Make ready what is asked; where that fails no request left, so nothing can have been charged."""
        try:
            return self._bound(conversation)
        except ProviderError as error:
            error.is_unsent = True
            raise
        except Exception as error:
            fault = provider_error(self.name, error)
            fault.is_unsent = True
            raise fault from error

    def _bound(self, conversation: Conversation) -> tuple[Runnable[Any, Any], dict[str, Any]]:
        """Bind tools or a form the way this model wants them; return what to ask, and what to pass with the call."""
        if self._chat is None:
            self._chat = self._load()
        options: dict[str, Any] = dict(conversation.options)
        if form := conversation.structured:
            schema: Any = form.schema
            return self._chat.with_structured_output(schema, include_raw=True, **form.options), options
        if tools := options.pop("tools", None):
            bound = {key: options.pop(key) for key in _OF_TOOLS if key in options}
            return self._chat.bind_tools(tools, **bound), options
        return self._chat, options

    def _usage(self, sent: str, counted: UsageMetadata | None, said: str) -> Usage:
        tokens_in = max(counted["input_tokens"], 0) if counted else tokens_at_most(sent)
        tokens_out = max(counted["output_tokens"], 0) if counted else tokens_at_most(said)
        usd = self._prices.usd(self.name, tokens_in=tokens_in, tokens_out=tokens_out)
        return Usage(1, tokens_in, tokens_out, usd)


def _must_be_whole(conversation: Conversation) -> bool:
    return conversation.must_be_whole or conversation.structured is not None or "tools" in conversation.options


def _filled(message: AIMessage, said: dict[str, Any]) -> tuple[AIMessage, str]:
    """Keep the filled form on the message, or say what is wrong with it."""
    parsed, error = said.get("parsed"), said.get("parsing_error")
    if error is not None or parsed is None:
        why = str(error).splitlines()[0][:160] if error is not None else "it is empty"
        return message, f"The reply does not fill the form: {why}."
    return message.model_copy(update={"additional_kwargs": {**message.additional_kwargs, PARSED: parsed}}), ""


async def _from_threads(begin: Callable[[], Iterator[AIMessageChunk]]) -> AsyncIterator[AIMessageChunk]:
    chunks = await _in_a_thread(begin)
    while (chunk := await _in_a_thread(partial(next, chunks, None))) is not None:
        yield chunk


async def _in_a_thread(work: Callable[[], R]) -> R:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads(), contextvars.copy_context().run, work)


@cache
def _threads() -> ThreadPoolExecutor:
    """Return threads enough for a batch: the loop's own executor has as few as six."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="nexusplanner-chat")
