"""RSS and Atom taken apart: safe XML first, then feedparser."""

from __future__ import annotations

import calendar
import io
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from nexusplanner.adapters.signals.plain_text import plain_text
from nexusplanner.adapters.signals.tally import Tally
from nexusplanner.domain.signal import Signal
from nexusplanner.errors import InputError

_DECLARATIONS = (b"<!doctype", b"<!entity")
_LONGEST_TITLE = 300
_LONGEST_URL = 2_000


def read_feed(content: bytes, *, source: str, name: str, tally: Tally) -> list[Signal]:
    """Read the entries of a feed.

    Args:
        content: The XML as it came.
        source: Who speaks; becomes the signals' source.
        name: File or address, for errors.
        tally: Counts the entries and those without a title and text or without a date.

    Raises:
        InputError: A document type or entity is declared, or it is no feed.
    """
    refuse_declarations(content, name=name)
    import feedparser

    # A stream, not bytes: feedparser would open bytes that spell an address.
    parsed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.get("entries"):
        raise InputError(
            "not an RSS or Atom feed",
            source=name,
            fix="Hand in the address or file of the feed itself.",
        )
    signals = []
    for number, entry in enumerate(parsed.entries, start=1):
        tally.rows += 1
        signal = _signal(entry, source=source, locator=f"entry {number}")
        if isinstance(signal, str):
            tally.leave_out(number, signal)
        else:
            signals.append(signal)
    return signals


def refuse_declarations(content: bytes, *, name: str) -> None:
    """Refuse XML that declares a document type or entities: it can grow without end or read other files.

    XML that is not well-formed goes on, to feedparser's lenient reader, unless it holds such a declaration.

    Raises:
        InputError: It holds one.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _declares(name) from error
    except (ParseError, ValueError, LookupError):
        # NULs are dropped so that UTF-16 cannot hide a declaration.
        if any(word in content.replace(b"\0", b"").lower() for word in _DECLARATIONS):
            raise _declares(name) from None


def _declares(name: str) -> InputError:
    return InputError(
        "the XML declares a document type or entities, which is not allowed",
        source=name,
        fix="Remove the declaration.",
    )


def _signal(entry: Mapping[str, object], *, source: str, locator: str) -> Signal | str:
    """Translate one entry, or say why it cannot be."""
    title = plain_text(str(entry.get("title") or ""), longest=_LONGEST_TITLE)
    text = plain_text(_body(entry))
    if not title and not text:
        return "neither title nor text"
    moment = _moment(entry)
    if moment is None:
        return "no date that can be read"
    url = str(entry.get("link") or "")
    return Signal(
        title=title,
        text=text,
        url=url if url.isprintable() and len(url) <= _LONGEST_URL else "",
        published_at=moment,
        source=source,
        locator=locator,
    )


def _body(entry: Mapping[str, object]) -> str:
    content = entry.get("content")
    parts = content if isinstance(content, list) else []
    texts = [
        str(entry.get("summary") or ""),
        *(str(part.get("value") or "") for part in parts),
    ]
    return max(texts, key=len)


def _moment(entry: Mapping[str, object]) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        # Asked first: feedparser warns when it is asked for an update that only has a publication.
        if key not in entry:
            continue
        parsed = entry[key]
        if isinstance(parsed, time.struct_time):
            try:
                return datetime.fromtimestamp(calendar.timegm(parsed), tz=UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None
