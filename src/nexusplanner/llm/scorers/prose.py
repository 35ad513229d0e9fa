"""The prose of a value: what somebody would read, without ids and labels."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

_LABELS = frozenset({"calculations", "channel", "evidence", "id", "proof", "segment"})


def prose_in(value: object) -> Iterator[str]:
    """Yield the texts of a value, in order; what only names something is left out."""
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            if key not in _LABELS:
                yield from prose_in(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from prose_in(child)
