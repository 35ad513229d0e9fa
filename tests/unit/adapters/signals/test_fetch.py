"""Feeds behind addresses: real requests to a server on loopback."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nexusplanner.adapters.signals import FeedSignals
from nexusplanner.adapters.signals.fetch import fetch_bytes, shown_url
from nexusplanner.domain.signal import SignalQuery
from nexusplanner.errors import (
    NexusError,
    ProviderContentError,
    ProviderPermanentError,
    ProviderTransientError,
)

FEED = (
    b'<rss version="2.0"><channel><title>c</title><item><title>hello</title>'
    b"<pubDate>Mon, 02 Mar 2026 09:30:00 GMT</pubDate></item></channel></rss>"
)


REDIRECTS = {
    "/moved": "/feed",
    "/elsewhere": "http://localhost:9/feed",
    "/otherport": "http://127.0.0.1:9/feed",
    "/round": "/round",
}
BODIES = {
    "/feed": (FEED, ""),
    "/packed": (gzip.compress(FEED), "gzip"),
    "/bomb": (gzip.compress(b"\0" * 50_000_000, compresslevel=1), "gzip"),
    "/torn": (b"no gzip", "gzip"),
    "/brotli": (b"x", "br"),
    "/large": (b"x" * 200_000, ""),
}


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    released = threading.Event()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/slow":
            self._trickle()
        elif path.startswith("/status/"):
            self._answer(b"", status=int(path.rpartition("/")[2]))
        elif path in REDIRECTS:
            self._answer(b"", status=307, location=REDIRECTS[path])
        else:
            body, encoding = BODIES.get(path, (b"<html></html>", ""))
            self._answer(body, encoding=encoding)

    def _answer(self, body: bytes, *, status: int = 200, encoding: str = "", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while not self.released.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serve on a free port."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    Handler.released.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_a_feed_is_read_and_named_by_its_host(server: str) -> None:
    """The whole way: fetched, checked, parsed."""
    signals = FeedSignals(f"{server}/feed?key=secret")
    query = SignalQuery(terms=(), since=date(2026, 3, 1), until=date(2026, 3, 3))
    (signal,) = asyncio.run(signals.fetch(query, tenant="acme"))
    assert (signal.title, signal.source) == ("hello", "127.0.0.1")
    assert "secret" not in repr(signals) + signals.quality().source


def test_a_page_that_is_no_feed_is_the_providers_fault(server: str) -> None:
    """It answered, but not with what was asked for."""
    query = SignalQuery(terms=(), since=date(2026, 3, 1), until=date(2026, 3, 3))
    with pytest.raises(ProviderContentError, match="not an RSS or Atom feed"):
        asyncio.run(FeedSignals(f"{server}/page").fetch(query, tenant="acme"))


def test_redirects_stay_on_their_host(server: str) -> None:
    """On the same host they are followed, to another host or port never."""
    assert fetch_bytes(f"{server}/moved") == FEED
    for path in ("elsewhere", "otherport"):
        with pytest.raises(ProviderPermanentError, match="redirects to another host"):
            fetch_bytes(f"{server}/{path}")
    with pytest.raises(ProviderPermanentError, match="redirects more than 5 times"):
        fetch_bytes(f"{server}/round")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, ProviderPermanentError),
        (401, ProviderPermanentError),
        (304, ProviderPermanentError),
        (429, ProviderTransientError),
        (408, ProviderTransientError),
        (503, ProviderTransientError),
    ],
)
def test_a_status_tells_whether_to_try_again(server: str, status: int, error: type[NexusError]) -> None:
    """Later may help with some, never with others; secrets of the address are not shown."""
    with pytest.raises(error, match=f"status {status}") as caught:
        fetch_bytes(f"{server}/status/{status}?key=secret")
    assert "secret" not in str(caught.value)


def test_a_server_that_trickles_is_left_in_time(server: str) -> None:
    """A byte now and then does not stretch the wall clock."""
    started = time.monotonic()
    with pytest.raises(ProviderTransientError, match=r"did not answer within 0\.5 s"):
        fetch_bytes(f"{server}/slow", total_s=0.5)
    assert time.monotonic() - started < 3.0


def test_packed_bodies_are_unpacked_within_the_cap(server: str) -> None:
    """Fifty megabytes in fifty kilobytes are refused, not unpacked."""
    assert fetch_bytes(f"{server}/packed") == FEED
    for path, said in (("bomb", "larger than 1 MB"), ("torn", "cannot be unpacked"), ("brotli", "packed as 'br'")):
        with pytest.raises(ProviderContentError, match=said):
            fetch_bytes(f"{server}/{path}", max_bytes=1_000_000)
    with pytest.raises(ProviderContentError, match=r"larger than 0\.1 MB"):
        fetch_bytes(f"{server}/large", max_bytes=100_000)


def test_nobody_there_may_be_there_later() -> None:
    """A refused connection is passing."""
    with pytest.raises(ProviderTransientError, match="cannot be reached"):
        fetch_bytes("http://127.0.0.1:9/feed", total_s=2.0)


def test_proxies_of_the_environment_are_not_used(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes another way than told."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert fetch_bytes(f"{server}/feed") == FEED


def test_an_address_is_shown_without_its_secrets() -> None:
    """User, password, query and fragment stay out of texts."""
    assert shown_url("https://me:pw@example.org:8443/feed?key=1#x") == "https://example.org:8443/feed"
