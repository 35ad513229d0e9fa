"""Replies with what they cost and who gave them."""

from __future__ import annotations

from typing import TypeVar

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata

from nexusplanner.llm.conversation import Condensed, Conversation, Reply
from nexusplanner.llm.opened import OpenedStream
from nexusplanner.llm.request import Answer, Usage

M = TypeVar("M", bound=AIMessage)


def signed(message: M, answer: Answer[Reply], usage: Usage, conversation: Conversation) -> M:
    """Add rung, cost, attempts and losses to a reply's metadata, and its tokens where the model counted none.

    What a summary of older turns cost is part of the cost, and told beside it.

    Args:
        message: The reply.
        answer: Who gave it, and who did not.
        usage: What it cost.
        conversation: What it replies to.
    """
    condensed = conversation.condensed
    told = {
        "model_name": answer.rung,
        **message.response_metadata,
        "rung": answer.rung,
        "cost_usd": float(usage.usd + (condensed.usage.usd if condensed else 0)),
        "attempts": conversation.attempts,
        "lost": list(answer.lost),
        **({"cached": True} if answer.cached else {}),
        **({"condensed": _told(condensed)} if condensed else {}),
    }
    counted = message.usage_metadata or _counted(usage)
    return message.model_copy(update={"response_metadata": told, "usage_metadata": counted})


def signed_last(
    chunk: AIMessageChunk, stream: OpenedStream, answer: Answer[Reply], conversation: Conversation
) -> AIMessageChunk:
    """Sign the last chunk of a stream; what other chunks told already is not told again, since chunks add up."""
    last = signed(chunk, answer, stream.usage or Usage(), conversation)
    if "model_name" in stream.metadata and "model_name" not in chunk.response_metadata:
        del last.response_metadata["model_name"]
    if stream.counted is not None:
        last.usage_metadata = chunk.usage_metadata
    return last


def _told(condensed: Condensed) -> dict[str, object]:
    usage = condensed.usage
    return {
        "messages": condensed.messages,
        "calls": usage.calls,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "cost_usd": float(usage.usd),
    }


def _counted(usage: Usage) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=usage.tokens_in,
        output_tokens=usage.tokens_out,
        total_tokens=usage.tokens_in + usage.tokens_out,
    )
