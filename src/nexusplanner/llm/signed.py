"""Replies with what they cost and who gave them."""

from __future__ import annotations

import json
from typing import TypeVar

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk

from nexusplanner.llm.conversation import Reply
from nexusplanner.llm.opened import OpenedStream
from nexusplanner.llm.request import Answer, Usage

M = TypeVar("M", bound=AIMessage)


def signed(message: M, answer: Answer[Reply], usage: Usage, attempts: int) -> M:
    """Add rung, cost, attempts and losses to a reply's metadata, and its tokens where the model counted none.

    Args:
        message: The reply.
        answer: Who gave it, and who did not.
        usage: What it cost.
        attempts: Calls made until it came, over all rungs.
    """
    told = {
        "model_name": answer.rung,
        **message.response_metadata,
        "rung": answer.rung,
        "cost_usd": float(usage.usd),
        "attempts": attempts,
        "lost": list(answer.lost),
    }
    counted = message.usage_metadata or _counted(usage)
    return message.model_copy(update={"response_metadata": told, "usage_metadata": counted})


def signed_last(chunk: AIMessageChunk, stream: OpenedStream, answer: Answer[Reply], attempts: int) -> AIMessageChunk:
    """Sign the last chunk of a stream; what other chunks told already is not told again, since chunks add up."""
    last = signed(chunk, answer, stream.usage or Usage(), attempts)
    if "model_name" in stream.metadata and "model_name" not in chunk.response_metadata:
        del last.response_metadata["model_name"]
    if stream.counted is not None:
        last.usage_metadata = chunk.usage_metadata
    return last


def as_one_chunk(message: BaseMessage) -> AIMessageChunk:
    """Return a whole reply as the first and last chunk of a stream."""
    told = message.model_dump(include={"content", "additional_kwargs", "response_metadata", "usage_metadata", "id"})
    told["additional_kwargs"] = message.additional_kwargs  # a filled form stays what it is
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    pieces = [
        tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=place)
        for place, call in enumerate(calls)
    ]
    return AIMessageChunk(**told, tool_call_chunks=pieces, chunk_position="last")


def _counted(usage: Usage) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=usage.tokens_in,
        output_tokens=usage.tokens_out,
        total_tokens=usage.tokens_in + usage.tokens_out,
    )
