"""Names: which channel or segment is meant; where two may be, neither is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nexusplanner.agents.experts.voice import listed
from nexusplanner.agents.facts import SegmentFact
from nexusplanner.domain.spoken import spoken
from nexusplanner.errors import InputError

_ARTICLES = re.compile(r"^(?:the|our|all|any|a|an)\s+")
_CHANNEL_WORDS = re.compile(
    r"(?:'s|’s)?\s+(?:budget|channel|ads?|advertising|advertisements|spend|spending|line|money|marketing)$|(?:'s|’s)$"
)
_SEGMENT_WORDS = re.compile(r"\s+(?:customers?|segments?|groups?|people|buyers?|ones)$|^(?:segment|customers?)\s+")
_QUALIFIERS = frozenset({"paid", "media", "online", "campaign", "campaigns"})
"""Words that may stand beside a channel's name and name no other."""
_RESERVES = frozenset({"contingency", "reserve", "buffer", "money held back", "held back"})
_WHOLES = frozenset({"budget", "total", "total budget", "overall budget", "whole budget", "money"})


def is_reserve(text: str) -> bool:
    """Tell whether the money held back is meant."""
    return _bare(text, _CHANNEL_WORDS) in _RESERVES or _plain(text) in _RESERVES


def is_whole(text: str) -> bool:
    """Tell whether all the money is meant."""
    return _plain(text) in _WHOLES


def channel_named(text: str, known: Iterable[str]) -> str | None:
    """Return the channel that is meant; None where no known one is.

    Raises:
        InputError: Two or more may be meant.
    """
    said = _key(_bare(text, _CHANNEL_WORDS))
    names = {name: _key(name) for name in known}
    exact = [name for name, key in names.items() if said in (key, _key(spoken(name)))]
    words = set(said.split())
    close = exact or [name for name, key in names.items() if words and _within(words, set(key.split()))]
    if len(close) > 1:
        raise InputError(f"{text!r} may be {listed([spoken(c) for c in close])}", fix="Name the channel in full.")
    return close[0] if close else None


def segment_named(text: str, segments: Sequence[SegmentFact]) -> SegmentFact | None:
    """Return the sized segment that is meant, or None.

    Raises:
        InputError: Two or more may be meant.
    """
    said = _singular(_key(_bare(text, _SEGMENT_WORDS)))
    named = {s.id: {_singular(_key(t)) for t in (s.name, s.id, s.id.removeprefix("seg-"))} for s in segments}
    bare = {s.id: {_singular(_key(_bare(s.name, _SEGMENT_WORDS)))} | named[s.id] for s in segments}
    found = [s for s in segments if said in bare[s.id]]
    if len(found) > 1:
        raise InputError(f"{text!r} may be {listed([s.id for s in found])}", fix="Name the segment by its id.")
    return found[0] if found else None


def channel_of(text: str) -> str:
    """Write a channel that is new to the plan as briefs do."""
    return "_".join(_key(_bare(text, _CHANNEL_WORDS)).split())


def _within(said: set[str], name: set[str]) -> bool:
    return said <= name or (name <= said and said - name <= _QUALIFIERS)


def _bare(text: str, endings: re.Pattern[str]) -> str:
    text = _plain(text)
    while (shorter := endings.sub("", _ARTICLES.sub("", text)).strip()) != text and shorter:
        text = shorter
    return text


def _plain(text: str) -> str:
    return _ARTICLES.sub("", " ".join(text.lower().strip(" .,:;\"'“”").split()))


def _key(text: str) -> str:
    words = re.sub(r"\be[\s-]?mails?\b", "email", text.lower())
    return " ".join(re.sub(r"[_\-]+", " ", words).split())


def _singular(text: str) -> str:
    return text.removesuffix("s")
