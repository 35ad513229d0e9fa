"""The warrant of a run: whether it may go on. Nodes and calls look at it before they begin."""

from __future__ import annotations

from collections.abc import Callable

from nexusplanner.errors import NexusError


class Warrant:
    """Says whether a run may go on; whoever finds out that it may not withdraws it, from any thread."""

    def __init__(self) -> None:
        self._withdrawn: Callable[[], NexusError] | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether the run has to stop."""
        return self._withdrawn is not None

    def withdraw(self, why: Callable[[], NexusError]) -> None:
        """Stop the run at its next node or call; the first reason stands."""
        self._withdrawn = self._withdrawn or why

    def check(self) -> None:
        """Raise the reason, where the run may not go on."""
        if self._withdrawn is not None:
            raise self._withdrawn()
