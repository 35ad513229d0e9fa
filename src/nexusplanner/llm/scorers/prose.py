"""The prose of a value: what somebody would read, without ids and labels."""

from __future__ import annotations

from pydantic import BaseModel

_LABELS = frozenset({"calculations", "channel", "evidence", "id", "proof", "segment"})


def prose_in(value: object) -> list[str]:
    """Return the texts of a value, in order; what only names something is left out."""
    found: list[str] = []
    _gather(value, found)
    return found


def _gather(value: object, found: list[str]) -> None:
    if isinstance(value, str):
        if value.strip():
            found.append(value)
    elif isinstance(value, BaseModel | dict):
        for key, child in (vars(value) if isinstance(value, BaseModel) else value).items():
            if key not in _LABELS:
                _gather(child, found)
    elif isinstance(value, list | tuple):
        for child in value:
            _gather(child, found)
