"""A stream that has begun is held to the length of a reply, however small its pieces are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.content import MAX_REPLY
from nexusplanner.llm.opened import OpenedStream
from nexusplanner.llm.request import Usage

_PIECE = "x" * 50_000


@pytest.mark.parametrize("field", ["content", "arguments"])
def test_words_and_arguments_beyond_a_reply_are_not_passed_on(field: str) -> None:
    passed = asyncio.run(_passed_on(field))
    assert passed == MAX_REPLY


async def _passed_on(field: str) -> int:
    """Read an endless stream to where it is left, and count what came through."""
    stream = OpenedStream(_endless(field), name="m", timeout_s=20, must_be_whole=True, account=_account)
    await stream.begin()
    lengths: list[int] = []
    with pytest.raises(ProviderContentError, match="m broke off in mid-answer: The reply is longer than 1000000"):
        await _follow(stream, lengths)
    await stream.close()
    return sum(lengths)


async def _follow(stream: OpenedStream, lengths: list[int]) -> None:
    while (chunk := await stream.following()) is not None:
        lengths.append(len(chunk.text or "".join(call["args"] or "" for call in chunk.tool_call_chunks)))


async def _endless(field: str) -> AsyncIterator[AIMessageChunk]:
    while True:
        if field == "content":
            yield AIMessageChunk(content=_PIECE)
        else:
            yield AIMessageChunk(content="", tool_call_chunks=[{"name": None, "args": _PIECE, "id": None, "index": 0}])


def _account(counted: UsageMetadata | None, said: str) -> Usage:
    raise AssertionError(f"{counted} and {len(said)} characters were to be priced, though the stream did not end")
