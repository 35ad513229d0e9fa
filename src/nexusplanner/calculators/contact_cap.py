"""The frequency cap: how often one person may hear, whatever segments they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass
class ContactCap:
    """At most ``most`` contacts with one person on any ``days`` days in a row, and never two on one day.

    Segments that share people are held to the cap together. People who are in several segments are in
    segments that all overlap each other, so each largest set of such segments is one audience here.
    """

    segments: Sequence[str]
    overlapping: Sequence[tuple[str, str]]
    most: int
    days: int
    _heard: dict[str, list[date]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        touching: dict[str, set[str]] = {name: set() for name in self.segments}
        for a, b in self.overlapping:
            if a in touching and b in touching and a != b:
                touching[a].add(b)
                touching[b].add(a)
        self._audiences = cliques(touching)
        self.largest = max((len(names) for names in self._audiences), default=0)
        """Segments in the largest audience: so many messages are one round for somebody."""

    def allows(self, segment: str, day: date) -> bool:
        """Tell whether one more message to a segment on a day breaks nobody's cap."""
        for names in self._audiences:
            if segment not in names:
                continue
            heard = sorted(d for name in names for d in self._heard.get(name, ()))
            if day in heard:
                return False
            days = sorted([*heard, day])
            if any((b - a).days < self.days for a, b in zip(days, days[self.most :], strict=False)):
                return False
        return True

    def note(self, segment: str, day: date) -> None:
        """Remember a message."""
        self._heard.setdefault(segment, []).append(day)


def cliques(touching: dict[str, set[str]]) -> tuple[frozenset[str], ...]:
    """List the largest sets of names that all touch each other (Bron and Kerbosch 1973, with a pivot).

    Args:
        touching: Each name's neighbours; symmetric.
    """
    found: list[frozenset[str]] = []

    def grow(members: frozenset[str], open_: set[str], seen: set[str]) -> None:
        if not open_ and not seen:
            found.append(members)
            return
        pivot = max(sorted(open_ | seen), key=lambda name: len(touching[name] & open_))
        for name in sorted(open_ - touching[pivot]):
            grow(members | {name}, open_ & touching[name], seen & touching[name])
            open_.remove(name)
            seen.add(name)

    if touching:
        grow(frozenset(), set(touching), set())
    return tuple(sorted(found, key=sorted))
