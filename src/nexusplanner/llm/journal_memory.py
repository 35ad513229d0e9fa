"""A journal in memory: gone with the process."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

from nexusplanner.ports.journal import Entry, Kept

_Place = tuple[str, str, int]


class InMemoryJournal:
    """Keeps entries for runs that are resumed by the process that began them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[tuple[str, str], dict[_Place, tuple[date, Entry]]] = {}

    def write(self, entry: Entry, *, day: date) -> None:
        """Keep an entry."""
        with self._lock:
            run = self._runs.setdefault((entry.tenant, entry.run), {})
            run[entry.scope, entry.call, entry.index] = (day, replace(entry))

    def read(self, run: str, *, tenant: str) -> Kept:
        """Return what a run was told."""
        with self._lock:
            found = self._runs.get((tenant, run), {})
            entries = tuple(found[place][1] for place in sorted(found))
        return Kept(entries, sum(e.kind == "cut" for e in entries))

    def forget(self, run: str, *, tenant: str) -> None:
        """Let go of a run's entries."""
        with self._lock:
            self._runs.pop((tenant, run), None)

    def prune(self, *, before: date) -> int:
        """Let go of what was told before a day."""
        with self._lock:
            old = [(key, place) for key, run in self._runs.items() for place, (day, _) in run.items() if day < before]
            for key, place in old:
                del self._runs[key][place]
            self._runs = {key: run for key, run in self._runs.items() if run}
        return len(old)
