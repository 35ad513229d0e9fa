"""The refiner's expert: plain English feedback, read by phrasings that leave no doubt; the rest is not guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from nexusplanner.agents.experts.phrasings import ASKS, PHRASES, Phrasing
from nexusplanner.agents.refinement.asked import Asked, Understood
from nexusplanner.agents.refinement.statements import QUOTED, statements
from nexusplanner.agents.tasks import UnderstandTask

_DOUBT = re.compile(
    r"\?$|\b(?:if|unless|maybe|perhaps|might|what about|in case|would be nice|consider|except)\b", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:not|don't|doesn't|won't|never|cannot|can't|without)\b", re.IGNORECASE)
_LIMITS = re.compile(
    r"\b(?:not|never)\s+(?:more|less)\s+than\b|\bnot\s+(?:exceed|below|under)\b"
    r"|^(?:don't|do not|never)\s+(?:spend|put)\s+more\s+than\b",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*")
_LISTED = frozenset({"drop", "add", "keep"})
"""Verbs that may be about several things at once (``drop TV and radio``)."""


def understand(inputs: object) -> Understood:
    """Read feedback, statement by statement; what fits no phrasing is said to be unread."""
    task = cast(UnderstandTask, inputs)
    asked: list[Asked] = []
    unread: list[str] = []
    for statement in statements(task.feedback):
        found = list(_read(statement))
        asked += found
        if not found:
            unread.append(statement)
    return Understood(asked=tuple(asked), unread=tuple(unread))


def _read(statement: str) -> Iterator[Asked]:
    for phrasing in PHRASES:
        if found := phrasing.pattern.fullmatch(statement):
            quoted = [a or b for a, b in QUOTED.findall(statement)]
            said = quoted or [found["what"].strip(" .:,")]
            yield from (Asked(verb=phrasing.verb, quote=statement, what=text) for text in said)
            return
    if _DOUBT.search(statement) or _NOT.search(_LIMITS.sub("", statement)):
        return
    for phrasing in ASKS:
        if found := phrasing.pattern.fullmatch(statement):
            yield from _asked(phrasing, found, statement)
            return


def _asked(phrasing: Phrasing, found: re.Match[str], statement: str) -> Iterator[Asked]:
    said = {name: " ".join(text.split()).strip(" ,:") for name, text in found.groupdict().items() if text}
    whats = _LIST.split(said.get("what", "")) if phrasing.verb in _LISTED and "amount" not in said else None
    for what in whats or (said.get("what", ""),):
        yield Asked(verb=phrasing.verb, quote=statement, **{**said, "what": what})
