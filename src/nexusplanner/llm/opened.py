"""A stream of words that has begun: from here on it is this model's answer or none."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata, add_usage

from nexusplanner.errors import ProviderContentError, ProviderError, ProviderTransientError
from nexusplanner.llm.content import MAX_REPLY
from nexusplanner.llm.finish import finish_fault, lacks_end
from nexusplanner.llm.one_chunk import as_one_chunk
from nexusplanner.llm.providers.faults import provider_error
from nexusplanner.llm.request import Usage

Account = Callable[[UsageMetadata | None, str], Usage]
"""Prices what was reported, or the text where nothing was."""
Settle = Callable[[Usage | None], Awaitable[None]]
"""Takes what the stream cost; None where its fate is unknown."""


class OpenedStream:
    """One model's stream under one wall clock.

    Args:
        source: The model's chunks.
        name: Whose they are.
        timeout_s: Seconds for the whole stream, from now on.
        must_be_whole: Whether a reply that was cut is of no use.
        account: Prices the reply once it is whole.
    """

    def __init__(
        self,
        source: AsyncIterator[AIMessage],
        *,
        name: str,
        timeout_s: float,
        must_be_whole: bool,
        account: Account,
    ) -> None:
        self._source, self.name, self._timeout_s = source, name, timeout_s
        self._must_be_whole, self._account = must_be_whole, account
        self._until = asyncio.get_running_loop().time() + timeout_s
        self._early: deque[AIMessageChunk] = deque()
        self._last: AIMessageChunk | None = None
        self._told: list[str] = []
        self._length = 0
        self._settle: Settle | None = None
        self.metadata: dict[str, object] = {}
        """What the chunks said of the reply, gathered."""
        self.counted: UsageMetadata | None = None
        """The tokens the model reported."""
        self.usage: Usage | None = None
        """What it cost; None until it has ended."""

    async def begin(self) -> None:
        """Wait for the first words.

        Raises:
            ProviderError: They did not come; nothing was passed on, another model may be asked.
        """
        try:
            while (chunk := await self._read()) is not None:
                self._early.append(chunk)
                if _says_something(chunk):
                    return
            self._end()
            raise ProviderContentError(f"{self.name} ended its stream without a word.")
        except BaseException:
            await self.close()
            raise

    def settle_with(self, settle: Settle) -> None:
        """Name who settles the stream's cost, once: when it ends, or is left."""
        self._settle = settle

    async def following(self) -> AIMessageChunk | None:
        """Return the next chunk, the one marked last when the reply is known to be whole, then None.

        Raises:
            ProviderError: The stream broke off; what it said so far is not an answer.
        """
        if self._early:
            return self._early.popleft()
        if self.usage is None:
            try:
                if (chunk := await self._read()) is not None:
                    return chunk
                self._end()
            except ProviderError as error:
                raise type(error)(f"{self.name} broke off in mid-answer: {error.message}") from error
        last, self._last = self._last, None
        return last

    async def close(self) -> None:
        """Settle, and let go of the model's stream."""
        settle, self._settle = self._settle, None
        try:
            if settle is not None:
                await settle(self.usage)
        finally:
            closing = getattr(self._source, "aclose", None)
            if closing is not None:
                await closing()

    async def _read(self) -> AIMessageChunk | None:
        """Return the next chunk; what is marked last waits for the end, since only then the reply is known whole."""
        while True:
            chunk = await self._pulled()
            if chunk is None:
                return None
            self._note(chunk)
            if chunk.chunk_position != "last":
                return chunk
            self._last = chunk if self._last is None else self._last + chunk

    async def _pulled(self) -> AIMessageChunk | None:
        try:
            async with asyncio.timeout_at(self._until):
                chunk = await anext(self._source, None)
                if chunk is None or isinstance(chunk, AIMessageChunk):
                    return chunk
                # A model that cannot stream gives its whole reply instead.
                return as_one_chunk(chunk).model_copy(update={"chunk_position": None})
        except TimeoutError as error:
            raise ProviderTransientError(f"{self.name} did not finish within {self._timeout_s:.3g} s.") from error
        except ProviderError:
            raise
        except Exception as error:
            raise provider_error(self.name, error) from error

    def _note(self, chunk: AIMessageChunk) -> None:
        self.metadata.update({key: value for key, value in chunk.response_metadata.items() if value})
        if refusal := chunk.additional_kwargs.get("refusal"):
            self.metadata["refusal"] = f"{self.metadata.get('refusal', '')}{refusal}"
        if chunk.usage_metadata:
            self.counted = add_usage(self.counted, chunk.usage_metadata)
        told = chunk.text or "".join(c["args"] or "" for c in chunk.tool_call_chunks)
        self._told.append(told)
        self._length += len(told)
        if self._length > MAX_REPLY:
            raise ProviderContentError(f"The reply is longer than {MAX_REPLY} characters.")

    def _end(self) -> None:
        usage = self._account(self.counted, "".join(self._told))
        if lacks_end(self.metadata):
            raise ProviderTransientError(f"{self.name} stopped without the end marker of its stream.")
        self.usage = usage
        if fault := finish_fault(self.metadata, must_be_whole=self._must_be_whole):
            raise ProviderContentError(fault)
        self._last = self._last or AIMessageChunk(content="", chunk_position="last")


def _says_something(chunk: AIMessageChunk) -> bool:
    return bool(chunk.text or chunk.tool_call_chunks)
