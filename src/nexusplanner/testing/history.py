"""A channel history in memory, and what every ``History`` must hold.

class TestMyHistory(HistoryContract):
    def make(self) -> History:
        return MyHistory(...)
"""

from __future__ import annotations

import asyncio
import itertools
import math

from pydantic import TypeAdapter

from nexusplanner.domain.brief import Channel
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.ports import History

TENANT = "contract"


class InMemoryHistory:
    """A history handed in; satisfies the port ``History``.

    Args:
        history: What ``load`` returns.
    """

    def __init__(self, history: ChannelHistory) -> None:
        self._history = history

    async def load(self, *, tenant: str) -> ChannelHistory:
        """Return the history handed in."""
        del tenant
        return self._history


class HistoryContract:
    """What every ``History`` must hold; subclass it and say how to make one."""

    def make(self) -> History:
        """Return the history under test."""
        raise NotImplementedError

    def history(self) -> ChannelHistory:
        """Load the history under test."""
        return asyncio.run(self.make().load(tenant=TENANT))

    def test_it_is_a_history(self) -> None:
        """It has the methods of the port."""
        assert isinstance(self.make(), History)

    def test_the_dates_are_a_grid(self) -> None:
        """There are two dates or more, each one step after the one before."""
        history = self.history()
        step = {"daily": 1, "weekly": 7}[history.cadence]
        assert len(history.dates) >= 2
        assert {(after - before).days for before, after in itertools.pairwise(history.dates)} == {step}

    def test_every_series_covers_the_grid(self) -> None:
        """Series have one finite figure a date, and those of channels are never negative."""
        history = self.history()
        media = [figures for series in history.channels.values() for figures in _figures(series)]
        others = [*history.controls.values(), *history.events.values(), *([history.outcome] if history.outcome else [])]
        assert media, "no channel"
        for figures in (*media, *others):
            assert len(figures) == len(history.dates)
            assert all(math.isfinite(figure) for figure in figures)
        assert all(figure >= 0 for figures in media for figure in figures)

    def test_channels_are_named_as_in_briefs(self) -> None:
        """Names are lower case with ``_`` between words, so that a brief's channel is found."""
        normal = TypeAdapter[str](Channel)
        for name in self.history().channels:
            assert normal.validate_python(name) == name

    def test_results_are_by_channel_or_in_one_outcome(self) -> None:
        """A wide history has a named outcome and no results by channel; a long one has no outcome."""
        history = self.history()
        if history.layout == "wide":
            assert history.outcome is not None
            assert history.outcome_name
            assert all(s.conversions is None and s.revenue is None for s in history.channels.values())
        else:
            assert history.outcome is None
            assert not history.controls

    def test_events_are_flags(self) -> None:
        """An event is on or off."""
        for flags in self.history().events.values():
            assert set(flags) <= {0.0, 1.0}

    def test_asking_again_gives_the_same(self) -> None:
        """The same source gives the same history, byte for byte, also to many at once."""
        source = self.make()

        async def many() -> list[ChannelHistory]:
            return await asyncio.gather(*(source.load(tenant=TENANT) for _ in range(20)))

        texts = {history.model_dump_json() for history in asyncio.run(many())}
        assert texts == {self.history().model_dump_json()}


def _figures(series: ChannelSeries) -> list[tuple[float, ...]]:
    optional = (series.impressions, series.clicks, series.conversions, series.revenue)
    return [series.spend, *(figures for figures in optional if figures is not None)]
