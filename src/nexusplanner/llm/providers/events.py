"""How large one event of a stream may be: it is held whole, and read whole, before anybody can count its words."""

from __future__ import annotations

from typing import Protocol

from nexusplanner.errors import ProviderContentError

MAX_EVENT_BYTES = 262_144
"""An event brings a few letters; of a server that cannot stream, a whole reply of some 60,000 tokens."""
_LENGTH = 4


class Events(Protocol):
    """Follows the events of a stream."""

    def take(self, piece: bytes) -> None:
        """Follow a piece.

        Raises:
            ProviderContentError: It is of an event that is too large.
        """
        ...


class Lines:
    """Server-sent events, a line each."""

    def __init__(self) -> None:
        self._open = 0

    def take(self, piece: bytes) -> None:
        """Follow a piece.

        Raises:
            ProviderContentError: A line is too long.
        """
        first, *more = map(len, piece.split(b"\n"))
        _check(max(self._open + first, *more, 0))  # a piece that was compressed may hold whole lines of megabytes
        self._open = more[-1] if more else self._open + first


class Frames:
    """AWS's event stream, in which each frame begins with its length (Amazon Transcribe, "Event stream encoding")."""

    def __init__(self) -> None:
        self._head, self._left = b"", 0

    def take(self, piece: bytes) -> None:
        """Follow a piece.

        Raises:
            ProviderContentError: A frame says that it is too long; none of it was read.
        """
        at = 0
        while at < len(piece):
            passed = min(self._left, len(piece) - at)
            self._left, at = self._left - passed, at + passed
            if self._left == 0:
                head = piece[at : at + _LENGTH - len(self._head)]
                self._head, at = self._head + head, at + len(head)
            if len(self._head) == _LENGTH:
                length, self._head = int.from_bytes(self._head), b""
                _check(length)
                self._left = max(length - _LENGTH, 0)


def events_of(content_type: str) -> Events | None:
    """Return what follows a reply's events; None where it is no stream."""
    if "amazon.eventstream" in content_type:
        return Frames()
    return Lines() if "event-stream" in content_type else None


def _check(length: int) -> None:
    if length > MAX_EVENT_BYTES:
        raise ProviderContentError(f"An event of the reply is longer than {MAX_EVENT_BYTES} bytes.")
