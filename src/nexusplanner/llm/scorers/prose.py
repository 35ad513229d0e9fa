"""The prose of a value: what somebody would read, without ids and labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import BaseModel

_LABELS = frozenset({"calculations", "channel", "evidence", "id", "proof", "segment"})


_read: ContextVar[dict[int, tuple[object, list[str]]] | None] = ContextVar("read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Read each value once within the block: several yardsticks look at the same prose."""
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


def prose_in(value: object) -> list[str]:
    """Return the texts of a value, in order; what only names something is left out."""
    read = _read.get()
    if read is not None and id(value) in read:
        return read[id(value)][1]
    found: list[str] = []
    _gather(value, found)
    if read is not None:
        read[id(value)] = value, found  # which keeps it: no other value has its address meanwhile
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
