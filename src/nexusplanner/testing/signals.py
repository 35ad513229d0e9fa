"""Signals for tests: a double, and what every source of signals must do."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from nexusplanner.domain.signal import Signal, SignalQuery
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import TenantError
from nexusplanner.ports.signals import Signals


class InMemorySignals:
    """Signals that are handed in; counts how often it was asked.

    Args:
        items: What there is to fetch.
    """

    def __init__(self, items: Iterable[Signal] = ()) -> None:
        self._items = tuple(items)
        self.fetches = 0

    def __repr__(self) -> str:
        return f"InMemorySignals({len(self._items)} items)"

    async def fetch(self, query: SignalQuery, *, tenant: str) -> tuple[Signal, ...]:
        """Return the items within the query's days, newest first."""
        tenant_name(tenant)
        self.fetches += 1
        kept = [item for item in self._items if query.since <= item.published_at.date() <= query.until]
        return tuple(sorted(kept, key=lambda item: (item.published_at, item.title), reverse=True))


def signal(title: str, day: date, *, hour: int = 12, text: str = "", url: str = "", source: str = "Desk") -> Signal:
    """Make a signal that was published on a day, at an hour UTC."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Signal(title=title, text=text, url=url, published_at=moment, source=source)


class SignalsContract(ABC):
    """What every source of signals must do; subclass it as ``Test...`` and say how yours is made.

    Runs under plain pytest::

        class TestMySignals(SignalsContract):
            def make(self, items, folder):
                return MySignals(write_them(items, folder))
    """

    @abstractmethod
    def make(self, items: Sequence[Signal], folder: Path) -> Signals:
        """Return a source that holds these items; ``folder`` is empty and may be written to."""

    ITEMS = (
        signal("first day, first hour", date(2026, 3, 1), hour=0, text="opens the month"),
        signal("in between", date(2026, 3, 5), text='a plain text with, commas; and "quotes"'),
        signal("last day, last hour", date(2026, 3, 9), hour=23, url="https://example.org/last"),
        signal("too early", date(2026, 2, 28), hour=23),
        signal("too late", date(2026, 3, 10), hour=0),
    )
    QUERY = SignalQuery(terms=("month",), since=date(2026, 3, 1), until=date(2026, 3, 9))

    def test_it_is_a_source_of_signals(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        assert isinstance(self.make(self.ITEMS, tmp_path), Signals)

    def test_first_and_last_day_are_included_and_newest_come_first(self, tmp_path: Path) -> None:
        """Dates bound the items on both sides, in UTC."""
        found = self._fetch(self.make(self.ITEMS, tmp_path))
        assert [item.title for item in found] == ["last day, last hour", "in between", "first day, first hour"]

    def test_what_was_published_comes_back_whole(self, tmp_path: Path) -> None:
        """Title, text, address and moment are those of the source; the moment has a zone."""
        found = {item.title: item for item in self._fetch(self.make(self.ITEMS, tmp_path))}
        for item in self.ITEMS[:3]:
            twin = found[item.title]
            assert (twin.text, twin.url, twin.published_at) == (item.text, item.url, item.published_at)
            assert twin.published_at.tzinfo is not None
            assert twin.source

    def test_days_without_items_give_nothing(self, tmp_path: Path) -> None:
        """An empty window is no error."""
        nothing = SignalQuery(terms=("month",), since=date(2020, 1, 1), until=date(2020, 1, 2))
        assert self._fetch(self.make(self.ITEMS, tmp_path), nothing) == ()

    def test_asking_again_and_all_at_once_gives_the_same(self, tmp_path: Path) -> None:
        """No state is kept between calls."""
        signals = self.make(self.ITEMS, tmp_path)

        async def many() -> list[tuple[Signal, ...]]:
            return await asyncio.gather(*(signals.fetch(self.QUERY, tenant="acme") for _ in range(20)))

        assert set(asyncio.run(many())) == {self._fetch(signals)}

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """Every call is bound to a tenant."""
        signals = self.make(self.ITEMS, tmp_path)
        try:
            asyncio.run(signals.fetch(self.QUERY, tenant=""))
        except TenantError:
            return
        raise AssertionError("an empty tenant was taken")

    def _fetch(self, signals: Signals, query: SignalQuery = QUERY) -> tuple[Signal, ...]:
        return asyncio.run(signals.fetch(query, tenant="acme"))
