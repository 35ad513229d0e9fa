"""What was spent where, and what came of it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from nexusplanner.domain.history import ChannelHistory


@runtime_checkable
class History(Protocol):
    """Past performance of the channels."""

    async def load(self, *, tenant: str) -> ChannelHistory:
        """Read all of it, on one regular grid.

        Raises:
            InputError: The data cannot be read or too many rows are bad.
        """
        ...
