"""Signals of some days, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.domain.signal import Signal, SignalQuery


def within_query(signals: Iterable[Signal], query: SignalQuery) -> tuple[Signal, ...]:
    """Keep what was published from ``since`` to ``until`` (both included), newest first, equals in one order.

    All of it: how many are worth keeping is for the scoring to say, which sees the terms.
    """
    kept = [signal for signal in signals if query.since <= signal.published_at.date() <= query.until]
    kept.sort(key=lambda signal: (signal.source, signal.title, signal.url, signal.locator))
    kept.sort(key=lambda signal: signal.published_at, reverse=True)
    return tuple(kept)
