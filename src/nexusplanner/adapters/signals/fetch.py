"""A feed from a URL: one host, few seconds, few bytes."""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from nexusplanner.adapters.deadline import within
from nexusplanner.errors import (
    InputError,
    NexusError,
    ProviderContentError,
    ProviderError,
    ProviderPermanentError,
    ProviderTransientError,
)

if TYPE_CHECKING:
    import httpx

_CONNECT_S = 5.0
_MOST_HOPS = 5
_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "nexusplanner",
}
_PLAIN = frozenset({"", "identity"})
_ZIPPED = frozenset({"gzip", "x-gzip", "deflate"})


def shown_url(url: str) -> str:
    """Return an address without user, password, query and fragment: fit for texts that others read."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def check_url(url: str) -> None:
    """Refuse what is no http(s) address.

    Raises:
        InputError: Another scheme, no host, or a port that is none.
    """
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good:
        raise InputError("not an http or https address", field="signals", value=url.split("?")[0])


def fetch_bytes(url: str, *, total_s: float = 10.0, max_bytes: int = 5_000_000) -> bytes:
    """Fetch an address and return its body.

    Redirects are followed on the same host only, and never from https to http; proxies of the environment
    are not used; the whole takes ``total_s`` seconds of wall clock at most, connecting 5.

    Raises:
        InputError: No http(s) address.
        ProviderTransientError: No answer in time, no connection, or status 408, 425, 429 or 5xx.
        ProviderPermanentError: Any other status that is no success, or a redirect to elsewhere.
        ProviderContentError: The body is too large or cannot be unpacked.
    """
    check_url(url)
    place = shown_url(url)
    import httpx

    try:
        return within(
            total_s,
            lambda: _follow(url, total_s=total_s, max_bytes=max_bytes),
            name="nexusplanner-feed",
        )
    except NexusError:
        raise
    except (httpx.TimeoutException, TimeoutError) as error:
        raise ProviderTransientError(f"{place} did not answer within {total_s:g} s.", fix="Try again later.") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        detail = str(error) or type(error).__name__
        raise ProviderTransientError(f"{place} cannot be reached: {detail}.", fix="Check the address.") from error


def _follow(url: str, *, total_s: float, max_bytes: int) -> bytes:
    import httpx

    ends = time.monotonic() + total_s
    limits = httpx.Timeout(total_s, connect=min(_CONNECT_S, total_s))
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=limits, headers=_HEADERS) as client:
        for _ in range(_MOST_HOPS + 1):
            with client.stream("GET", url) as response:
                if not response.has_redirect_location:
                    _check_status(response, url)
                    return _body(response, url, ends=ends, max_bytes=max_bytes)
                url = _next_hop(url, response.headers["location"])
    raise ProviderPermanentError(f"{shown_url(url)} redirects more than {_MOST_HOPS} times.")


def _next_hop(url: str, location: str) -> str:
    target = urljoin(url, location)
    here, there = urlsplit(url), urlsplit(target)
    is_same_host = here.hostname == there.hostname
    is_upgrade = (here.scheme, there.scheme) == ("http", "https")
    is_same_door = (here.scheme, here.port) == (there.scheme, there.port)
    if not (is_same_host and (is_same_door or is_upgrade)):
        raise ProviderPermanentError(
            f"{shown_url(url)} redirects to another host, {shown_url(target)}.",
            fix="Give that address itself if you trust it.",
        )
    return target


def _check_status(response: httpx.Response, url: str) -> None:
    if response.is_success:
        return
    is_passing = response.status_code in (408, 425, 429) or response.status_code >= 500
    kind: type[ProviderError] = ProviderTransientError if is_passing else ProviderPermanentError
    fix = "Try again later." if is_passing else "Check the address and whether it needs a login."
    raise kind(f"{shown_url(url)} answered with status {response.status_code}.", fix=fix)


def _body(response: httpx.Response, url: str, *, ends: float, max_bytes: int) -> bytes:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _PLAIN | _ZIPPED:
        raise ProviderContentError(f"{shown_url(url)} is packed as {encoding!r}, which was not asked for.")
    raw = bytearray()
    for chunk in response.iter_raw():
        raw += chunk
        if len(raw) > max_bytes:
            raise _too_large(url, max_bytes)
        if time.monotonic() > ends:
            raise TimeoutError("the body took too long")
    return bytes(raw) if encoding in _PLAIN else _unpacked(bytes(raw), url, max_bytes=max_bytes)


def _unpacked(raw: bytes, url: str, *, max_bytes: int) -> bytes:
    """Inflate at most ``max_bytes``: a small body may hold gigabytes."""
    try:
        content = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(raw, max_bytes + 1)
    except zlib.error as error:
        raise ProviderContentError(f"{shown_url(url)} sent a body that cannot be unpacked.") from error
    if len(content) > max_bytes:
        raise _too_large(url, max_bytes)
    return content


def _too_large(url: str, max_bytes: int) -> ProviderContentError:
    return ProviderContentError(
        f"{shown_url(url)} is larger than {max_bytes / 1e6:g} MB.",
        fix="Use a shorter feed.",
    )
