"""Every source of signals keeps the port's promises."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from nexusplanner.adapters.signals import FeedSignals, RowSignals
from nexusplanner.domain.signal import Signal
from nexusplanner.ports.signals import Signals
from nexusplanner.testing.signals import InMemorySignals, SignalsContract


class TestInMemorySignals(SignalsContract):
    """The double."""

    def make(self, items: Sequence[Signal], folder: Path) -> Signals:
        return InMemorySignals(items)


class TestRssSignals(SignalsContract):
    """An RSS file."""

    def make(self, items: Sequence[Signal], folder: Path) -> Signals:
        entries = "".join(
            f"<item><title>{escape(item.title)}</title><description>{escape(escape(item.text))}</description>"
            f"<link>{escape(item.url)}</link><pubDate>{format_datetime(item.published_at)}</pubDate></item>"
            for item in items
        )
        path = folder / "feed.xml"
        path.write_text(f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{entries}</channel></rss>')
        return FeedSignals(path)


class TestAtomSignals(SignalsContract):
    """An Atom file."""

    def make(self, items: Sequence[Signal], folder: Path) -> Signals:
        entries = "".join(
            f"<entry><title>{escape(item.title)}</title><summary>{escape(item.text)}</summary>"
            f'<link href="{escape(item.url)}"/><updated>{item.published_at.isoformat()}</updated></entry>'
            for item in items
        )
        path = folder / "feed.atom"
        path.write_text(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{entries}</feed>')
        return FeedSignals(path)


class TestCsvSignals(SignalsContract):
    """Rows of a CSV."""

    def make(self, items: Sequence[Signal], folder: Path) -> Signals:
        path = folder / "signals.csv"
        with path.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["Headline", "summary", "link", "date", "publisher"])
            writer.writerows([item.title, item.text, item.url, item.published_at.isoformat(), ""] for item in items)
        return RowSignals(path, "csv")


class TestJsonLinesSignals(SignalsContract):
    """Rows of JSON Lines."""

    def make(self, items: Sequence[Signal], folder: Path) -> Signals:
        path = folder / "signals.jsonl"
        rows = (
            {"title": item.title, "text": item.text, "url": item.url, "published_at": item.published_at.isoformat()}
            for item in items
        )
        path.write_text("\n".join(map(json.dumps, rows)))
        return RowSignals(path, "jsonl")
