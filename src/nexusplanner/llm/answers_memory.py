"""Answers in memory: the last used are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from nexusplanner.llm.answers_data import AnswerData

MOST_ANSWERS = 512


class InMemoryAnswers(AnswerData):
    """Keeps a bounded number of answers; the one that was not asked for the longest goes first."""

    waits = False

    def __init__(self, *, most: int = MOST_ANSWERS) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def get(self, key: str, *, now: float) -> str | None:
        """Return a text whose time is not over, or None."""
        with self._lock:
            text, expires = self._kept.get(key, ("", 0.0))
            if expires <= now:
                self._kept.pop(key, None)
                return None
            self._kept.move_to_end(key)
            return text

    def put(self, key: str, text: str, *, now: float, ttl_s: float) -> None:
        """Keep a text for some seconds."""
        with self._lock:
            self._kept[key] = (text, now + ttl_s)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def of(self, owner: str) -> Iterator[tuple[str, str]]:
        """Yield keys and texts of an owner."""
        with self._lock:
            found = sorted((key, text) for key, (text, _) in self._kept.items() if key.startswith(owner))
        yield from found

    def drop(self, keys: Sequence[str]) -> None:
        """Forget answers."""
        with self._lock:
            for key in keys:
                self._kept.pop(key, None)

    def close(self) -> None:
        """Keep everything: there is nothing to let go of."""
