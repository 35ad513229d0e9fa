"""The turns of a conversation: what may be parted from what, written as quoted data, and told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage

from nexusplanner.domain.calculation import canonical

Turn = tuple[BaseMessage, ...]
"""Messages that stay together: calls of tools, and their results."""
_FROM = {"human": "user", "ai": "assistant"}


def turns_of(messages: Sequence[BaseMessage]) -> list[Turn]:
    """Part a conversation where it may be parted: never between a call of a tool and its result."""
    turns: list[Turn] = []
    for message in messages:
        if not isinstance(message, ToolMessage) or not turns:
            turns.append((message,))
            continue
        start = _caller(turns, message.tool_call_id)
        turns[start:] = [(*(m for turn in turns[start:] for m in turn), message)]
    return turns


def transcript(turns: Sequence[Turn]) -> str:
    """Write what was said, a line of JSON a message; what the system said is left out, since it is kept."""
    return "\n".join(canonical(said) for said in _said(turns))


def marks_of(turns: Sequence[Turn]) -> list[str]:
    """Tell apart what was said up to each turn: one fingerprint a turn, of all up to it."""
    mark, marks = hashlib.sha256(), list[str]()
    for turn in turns:
        mark.update(f"{transcript([turn])}\n".encode("utf-8", "replace"))
        marks.append(mark.hexdigest())
    return marks


def _caller(turns: Sequence[Turn], call: str) -> int:
    for place in range(len(turns) - 1, -1, -1):
        if any(asked["id"] == call for m in turns[place] if isinstance(m, AIMessage) for asked in m.tool_calls):
            return place
    return len(turns) - 1


def _said(turns: Sequence[Turn]) -> Iterator[dict[str, object]]:
    for message in (m for turn in turns for m in turn if not isinstance(m, SystemMessage)):
        said: dict[str, object] = {"from": _FROM.get(message.type, message.type), "text": _text(message)}
        if message.name:
            said["name"] = message.name
        if isinstance(message, AIMessage) and message.tool_calls:
            said["calls"] = [{"tool": call["name"], "arguments": str(call["args"])} for call in message.tool_calls]
        yield said


def _text(message: BaseMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(_block(block) for block in message.content)


def _block(block: object) -> str:
    if isinstance(block, str):
        return block
    told = block if isinstance(block, dict) else {}
    return str(told.get("text") or f"[{told.get('type', 'content')}]")
