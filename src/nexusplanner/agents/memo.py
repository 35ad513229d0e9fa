"""The memo of a run: what was read or written once is found again by the very objects it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

R = TypeVar("R")


class Memo:
    """Keeps what pure functions gave, for as long as the run lasts.

    An entry is found by identity, and keeps its arguments alive: an object that is equal but another is read
    again, so a memo that is empty, as after a resume, changes nothing but the time. What is kept must not be changed
    by anybody.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[tuple[object, ...], object]] = {}

    def of(self, make: Callable[..., R], *sources: object) -> R:
        """Return what ``make`` gave for these very objects, asking it where nothing is kept.

        Args:
            make: A pure function; told apart from others by equality.
            sources: Its arguments.
        """
        key = (make, *map(id, sources))
        if key not in self._kept:
            self._kept[key] = (sources, make(*sources))
        return cast(R, self._kept[key][1])

    def keep(self, make: Callable[[R], object], source: object, value: object) -> None:
        """Note what ``make`` would give, where it is known already."""
        self._kept[(make, id(source))] = ((source,), value)

    def clear(self) -> None:
        """Let go of everything, where the run is over."""
        self._kept.clear()

    def __repr__(self) -> str:
        return f"<Memo of {len(self._kept)} readings>"
