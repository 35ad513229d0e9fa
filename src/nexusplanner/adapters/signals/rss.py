"""Signals from an RSS or Atom feed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from nexusplanner.adapters.signals.capped_file import read_capped
from nexusplanner.adapters.signals.feed import read_feed
from nexusplanner.adapters.signals.fetch import check_url, fetch_bytes, shown_url
from nexusplanner.adapters.signals.tally import Tally
from nexusplanner.adapters.signals.window import within_query
from nexusplanner.domain.quality import DataQuality
from nexusplanner.domain.signal import Signal, SignalQuery
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError, ProviderContentError


class FeedSignals:
    """An RSS or Atom feed in a file or behind a URL.

    Args:
        location: A path, or an http(s) address.
        source: Who speaks, as the plan should name them; the host or file name where left out.
        max_bytes: Largest feed that is read.
        total_s: Wall clock of one fetch, in seconds.
        max_bad_share: Share of entries (without text or date) above which the feed is refused.
    """

    def __init__(
        self,
        location: str | Path,
        *,
        source: str = "",
        max_bytes: int = 5_000_000,
        total_s: float = 10.0,
        max_bad_share: float = 0.5,
    ) -> None:
        self._url = location if isinstance(location, str) and "://" in location else ""
        if self._url:
            check_url(self._url)
        self._path = Path(location) if not self._url else Path()
        self._name = shown_url(self._url) if self._url else self._path.name
        self._source = source or (_host(self._url) if self._url else self._path.name)
        self._max_bytes, self._total_s, self._max_bad_share = (
            max_bytes,
            total_s,
            max_bad_share,
        )
        self._quality = DataQuality(source=self._name, rows=0)

    def __repr__(self) -> str:
        return f"FeedSignals({self._name!r}, source={self._source!r})"

    def quality(self) -> DataQuality:
        """Return what the last fetch counted: entries, and those left out with the reason."""
        return self._quality

    async def fetch(self, query: SignalQuery, *, tenant: str) -> tuple[Signal, ...]:
        """Return the entries published within the query's days (UTC), newest first.

        Raises:
            InputError: The file cannot be read, is too large, declares entities or is no feed.
            ProviderError: The address does not answer, or not with a feed.
        """
        tenant_name(tenant)
        return within_query(await asyncio.to_thread(self._read), query)

    def _read(self) -> list[Signal]:
        tally = Tally(self._name)
        try:
            signals = read_feed(self._content(), source=self._source, name=self._name, tally=tally)
        except InputError as error:
            if not self._url:
                raise
            raise ProviderContentError(str(error)) from error
        self._quality = tally.close(max_bad_share=self._max_bad_share)
        return signals

    def _content(self) -> bytes:
        if not self._url:
            return read_capped(self._path, max_bytes=self._max_bytes)
        return fetch_bytes(self._url, total_s=self._total_s, max_bytes=self._max_bytes)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
