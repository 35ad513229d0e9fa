"""How much of a reply is read, whatever the other side sends: the cap holds for the decoded bytes."""

from __future__ import annotations

import zlib

from nexusplanner.errors import ProviderContentError, ProviderError, ProviderPermanentError
from nexusplanner.llm.providers.events import events_of

MAX_BYTES = 1_000_000
MAX_STREAM_BYTES = 8_000_000
"""A stream wraps every few letters in an envelope; the words in it are held to the cap of a reply."""
_ANY_ZLIB = 47


class Cap:
    """Decodes and counts the pieces of one reply.

    Args:
        content_type: The reply's; a stream of events may be longer.
        encoding: Its content encoding: none, ``gzip`` or ``deflate``.

    Raises:
        ProviderPermanentError: The encoding is none that was asked for.
    """

    def __init__(self, *, content_type: str, encoding: str) -> None:
        self._events = events_of(content_type)
        self._most = self._left = MAX_BYTES if self._events is None else MAX_STREAM_BYTES
        if encoding not in {"", "identity", "gzip", "deflate"}:
            raise ProviderPermanentError(f"The reply is encoded as {encoding[:40]!r}, which was not asked for.")
        self._unpacker = zlib.decompressobj(_ANY_ZLIB) if encoding in {"gzip", "deflate"} else None

    def take(self, piece: bytes) -> bytes:
        """Return a piece, decoded.

        Raises:
            ProviderContentError: The reply or an event of it is too long, or cannot be decoded.
        """
        if self._unpacker is not None:
            try:
                piece = self._unpacker.decompress(piece, self._left + 1)
            except zlib.error as error:
                raise ProviderContentError(f"The reply cannot be decompressed: {error}.") from error
        self._left -= len(piece)
        if self._left < 0:
            raise ProviderContentError(f"The reply is longer than {self._most} bytes.")
        if self._events is not None:
            self._events.take(piece)
        return piece


def foreign(status: int, content_type: str) -> ProviderError | None:
    """Return what is wrong with a reply that is not of a model's wire, such as a page of a proxy."""
    if status >= 300 or any(word in content_type for word in ("json", "event")):
        return None
    return ProviderPermanentError(
        f"It answered with {content_type[:40] or 'no content type'!r} where JSON was due.",
        fix="Check the address, and whether a proxy or a login page stands before it.",
    )
