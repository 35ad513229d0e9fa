"""Feeds in files: read safely, bad entries counted, markup taken off."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from nexusplanner.adapters.signals import FeedSignals
from nexusplanner.domain.signal import Signal, SignalQuery
from nexusplanner.errors import InputError

QUERY = SignalQuery(terms=(), since=date(2026, 1, 1), until=date(2026, 12, 31))
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def item(title: str = "t", text: str = "", day: str = "Mon, 02 Mar 2026 09:30:00 GMT") -> str:
    """Write one entry of a feed."""
    return f"<item><title>{title}</title><description>{text}</description><pubDate>{day}</pubDate></item>"


def rss(*items: str, head: str = "") -> str:
    """Write a feed."""
    return f'{head}<rss version="2.0"><channel><title>c</title>{"".join(items)}</channel></rss>'


def fetch(signals: FeedSignals) -> tuple[Signal, ...]:
    """Fetch all of a year."""
    return asyncio.run(signals.fetch(QUERY, tenant="acme"))


def read(folder: Path, content: str | bytes) -> tuple[Signal, ...]:
    """Write a feed into a file and read it."""
    path = folder / "feed.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return fetch(FeedSignals(path))


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, "<!DOCTYPE rss>", BOMB + "<broken"])
def test_document_types_and_entities_are_refused(tmp_path: Path, head: str) -> None:
    """Nothing is expanded and no other file is read, in well-formed XML or not."""
    with pytest.raises(InputError, match=r"feed\.xml: the XML declares a document type or entities"):
        read(tmp_path, rss(item("&a;"), head=head))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_another_encoding_hides_no_declaration(tmp_path: Path, encoding: str) -> None:
    """UTF-16 is looked into as well."""
    with pytest.raises(InputError, match="declares a document type"):
        read(tmp_path, rss(item("&a;"), head=BOMB).encode(encoding))


@pytest.mark.parametrize(
    "content", ["", "no feed at all", "<html><body>404</body></html>", "http://127.0.0.1/x", "\0\1"]
)
def test_what_is_no_feed_is_refused_with_one_line(tmp_path: Path, content: str) -> None:
    """The error names the file and says what to do."""
    with pytest.raises(InputError, match=r"^feed\.xml: not an RSS or Atom feed\. Hand in") as caught:
        read(tmp_path, content)
    assert "\n" not in str(caught.value)


def test_a_feed_that_is_not_well_formed_is_still_read(tmp_path: Path) -> None:
    """A bare ampersand is common and harmless."""
    assert [signal.title for signal in read(tmp_path, rss(item("Rock & Roll")))] == ["Rock & Roll"]


def test_markup_scripts_and_control_characters_are_taken_off(tmp_path: Path) -> None:
    """Only what a reader sees remains, on one line."""
    text = "<![CDATA[<p>Up <b>9&nbsp;%</b></p><script>steal()</script><style>p{}</style>\n<p>again&#7;</p><!-- x -->]]>"
    (signal,) = read(tmp_path, rss(item("A &lt;i&gt;big&lt;/i&gt; deal", text)))
    assert (signal.title, signal.text) == ("A big deal", "Up 9 % again")


def test_entries_without_date_or_words_are_left_out_and_counted(tmp_path: Path) -> None:
    """The reason and the entry's number are kept."""
    path = tmp_path / "feed.xml"
    path.write_text(rss(item("good"), item("when?", day="some day"), item("", ""), item("also good"), item("fine")))
    signals = FeedSignals(path)
    assert len(fetch(signals)) == 3
    quality = signals.quality()
    assert (quality.rows, quality.bad) == (5, 2)
    assert [(row.line, row.reason) for row in quality.examples] == [
        (2, "no date that can be read"),
        (3, "neither title nor text"),
    ]


def test_a_feed_of_bad_entries_is_refused(tmp_path: Path) -> None:
    """Over the share the whole feed is no good."""
    with pytest.raises(InputError, match=r"2 of 3 rows cannot be used .* line 1: no date"):
        read(tmp_path, rss(item(day=""), item(day="x"), item()))


def test_a_feed_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """The size is capped before anything is parsed."""
    path = tmp_path / "feed.xml"
    path.write_text(rss(*[item("x" * 1000)] * 20))
    with pytest.raises(InputError, match=r"larger than 0\.01 MB"):
        fetch(FeedSignals(path, max_bytes=10_000))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """The path is named."""
    for path in (tmp_path / "none.xml", tmp_path):
        with pytest.raises(InputError, match="no such file"):
            fetch(FeedSignals(path))


def test_the_source_is_the_file_or_as_told(tmp_path: Path) -> None:
    """A feed does not name itself."""
    path = tmp_path / "feed.xml"
    path.write_text(rss(item()))
    assert fetch(FeedSignals(path))[0].source == "feed.xml"
    assert fetch(FeedSignals(path, source="Trade desk"))[0].source == "Trade desk"
    assert fetch(FeedSignals(path))[0].locator == "entry 1"


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "file:///etc/passwd", "http://", "https://[bad", "http://h:99999"]
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    """Only http and https are fetched."""
    with pytest.raises(InputError, match="not an http or https address"):
        FeedSignals(url)
