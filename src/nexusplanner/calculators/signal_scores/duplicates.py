"""The same news told twice: near-duplicates put together."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from nexusplanner.calculators.signal_scores.credibility import (
    host_of,
    weigh_credibility,
)
from nexusplanner.domain.signal import Signal

_SIMILAR = 88.0
"""Least likeness (0-100, rapidfuzz ``ratio`` of the sorted words) of two titles that tell the same."""
_WINDOW = timedelta(days=7)
_MOST_RECENT = 2_000
"""Stories a telling is compared with; keeps the work linear in very long feeds."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 300

_Numbers = frozenset[str]


class _RecentTitles:
    """Titles of the last week's stories, to be asked which one a telling repeats."""

    def __init__(self) -> None:
        self._titles: defaultdict[_Numbers, dict[int, str]] = defaultdict(dict)
        self._ages: deque[tuple[datetime, _Numbers, int]] = deque()

    def find(self, signal: Signal) -> int | None:
        """Return the story told by a signal: alike in words, equal in numbers."""
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extractOne

        self._forget_before(signal.published_at - _WINDOW)
        words, numbers = _key(signal)
        found = extractOne(words, self._titles[numbers], scorer=ratio, score_cutoff=_SIMILAR) if words else None
        return None if found is None else int(found[2])

    def add(self, signal: Signal, story: int) -> None:
        """Remember the first telling of a story."""
        words, numbers = _key(signal)
        self._titles[numbers][story] = words
        self._ages.append((signal.published_at, numbers, story))

    def _forget_before(self, moment: datetime) -> None:
        while self._ages and (self._ages[0][0] < moment or len(self._ages) > _MOST_RECENT):
            _, numbers, story = self._ages.popleft()
            self._titles[numbers].pop(story)


def merge_duplicates(
    signals: Iterable[Signal],
) -> tuple[tuple[Signal, tuple[Signal, ...]], ...]:
    """Put near-duplicates together and choose one telling of each.

    Two signals are one where their addresses are equal, or where within a week of each other their titles
    (texts, where there is no title) are alike and name the same numbers: "up 5 %" and "up 9 %" are two.
    The telling kept is the most credible one, then the longest, then the first. Dates must all have a zone.

    Returns:
        The telling kept and the others, for each piece of news, in order of its first telling.
    """
    stories: list[list[Signal]] = []
    recent, by_url = _RecentTitles(), dict[str, int]()
    for signal in sorted(signals, key=signal_order):
        story = by_url.get(signal.url)
        story = recent.find(signal) if story is None else story
        if story is None:
            story = len(stories)
            stories.append([])
            recent.add(signal, story)
        stories[story].append(signal)
        if signal.url:
            by_url.setdefault(signal.url, story)
    return tuple(map(_chosen, stories))


def independent_sources(kept: Signal, others: Iterable[Signal]) -> int:
    """Count the different publishers among the other tellings."""
    return len({_publisher(other) for other in others} - {_publisher(kept)})


def signal_order(signal: Signal) -> tuple[datetime, str, str, str, str, str]:
    """Order signals by date, then by everything else they hold, so that their order never depends on input."""
    return (
        signal.published_at,
        signal.source,
        signal.title,
        signal.url,
        signal.text,
        signal.locator,
    )


def _chosen(tellings: list[Signal]) -> tuple[Signal, tuple[Signal, ...]]:
    kept = max(
        tellings,
        key=lambda told: (weigh_credibility(told.source, told.url), len(told.text)),
    )
    return kept, tuple(told for told in tellings if told is not kept)


def _publisher(signal: Signal) -> str:
    return host_of(signal.url) or signal.source.strip().casefold()


def _key(signal: Signal) -> tuple[str, _Numbers]:
    title = (signal.title or signal.text)[:_LONGEST].casefold()
    return " ".join(sorted(_WORD.findall(title))), frozenset(_NUMBER.findall(title))
