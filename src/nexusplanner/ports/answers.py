"""Where answers are kept: texts by key, for a time. A key begins with the opaque name of its tenant."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class AnswerStore(Protocol):
    """Keeps texts for a time. A store that fails is one that keeps nothing: it raises a StorageError."""

    @property
    def waits(self) -> bool:
        """Whether a call waits for a disk or a network."""
        ...

    def get(self, key: str, *, now: float) -> str | None:
        """Return a text whose time is not over, or None.

        Args:
            key: The tenant's opaque name, ``-``, and 64 hexadecimal digits.
            now: Seconds since 1970.
        """
        ...

    def put(self, key: str, text: str, *, now: float, ttl_s: float) -> None:
        """Keep a text for some seconds."""
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...
