"""How much texts bear on a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


@runtime_checkable
class Relevance(Protocol):
    """Ranks texts by a query, within what one tenant owns."""

    def scores(self, query: str, texts: Mapping[str, str], *, tenant: str) -> dict[str, float]:
        """Return how much each text bears on a query, 0-1; those that do not are left out.

        Args:
            query: Words.
            texts: By a key of the caller's.
            tenant: Whose texts they are.
        """
        ...
