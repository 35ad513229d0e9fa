"""Sends: what a step hands to its branches, kept without a copy of the state for each.

A branch is handed the whole state and a word of its own. What it shares with the checkpoint it stands in is written
as the channel's name alone: a fan-out to twelve critics is a few hundred bytes, not twelve states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict, cast

from langgraph.types import Send


class Packed(TypedDict):
    """One send: every key of what is sent, in order, and the values of those that are no channel's."""

    node: str
    keys: list[str]
    own: dict[str, object]


def packed(sends: object, values: Mapping[str, object]) -> list[Packed] | None:
    """Write sends beside the values of their checkpoint; None where they are of another kind."""
    if not isinstance(sends, list) or not all(_is_plain(send) for send in sends):
        return None
    return [_packed(send, values) for send in sends]


def unpacked(sends: Iterable[Packed], values: Mapping[str, object]) -> list[Send]:
    """Read sends back; what was a channel's is the very object the channel holds."""
    return [Send(s["node"], {k: s["own"][k] if k in s["own"] else values[k] for k in s["keys"]}) for s in sends]


def _is_plain(send: object) -> bool:
    if not isinstance(send, Send) or getattr(send, "timeout", None) is not None:
        return False
    return isinstance(send.arg, dict) and all(isinstance(key, str) for key in send.arg)


def _packed(send: Send, values: Mapping[str, object]) -> Packed:
    arg = cast("dict[str, object]", send.arg)
    own = {key: value for key, value in arg.items() if not (key in values and _is_same(value, values[key]))}
    return Packed(node=send.node, keys=list(arg), own=own)


def _is_same(one: object, other: object) -> bool:
    """Tell whether two values are one object, or joins of the very same objects in the same order."""
    if one is other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one) == len(other) and list(one) == list(other) and _are_same(one.values(), other.values())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and _are_same(one, other)
    return False


def _are_same(these: Iterable[object], those: Iterable[object]) -> bool:
    return all(this is that for this, that in zip(these, those, strict=True))
