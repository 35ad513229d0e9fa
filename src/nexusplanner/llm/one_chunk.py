"""Whole replies as streams of one chunk."""

from __future__ import annotations

import json

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk


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
