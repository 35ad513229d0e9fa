"""What is said outside: news, feeds, posts."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from nexusplanner.domain.signal import Signal, SignalQuery


@runtime_checkable
class Signals(Protocol):
    """A source of dated items."""

    async def fetch(self, query: SignalQuery, *, tenant: str) -> tuple[Signal, ...]:
        """Return the items published within ``query.since`` and ``query.until``, newest first.

        Raises:
            InputError: A file cannot be read.
            ProviderError: A URL does not answer.
        """
        ...
