"""Statements: feedback taken apart into the single things it says, quoted phrases left whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 4_000
"""Characters of feedback; more is a document, and belongs into the brief."""
QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]|(?<!\w)['‘]([^'‘’]+)['’](?!\w)")
_VERBS = (
    "move|shift|transfer|reallocate|put|take|give|drop|remove|add|cap|limit|set|raise|increase|cut|reduce|lower|start|"
    "begin|launch|end|finish|extend|prolong|shorten|postpone|delay|bring|make|keep|say|mention|never|always|don't|"
    "do not|use|sound|leave|exclude|include|address|target|spend|run|double|halve|avoid|stop|speak|write|fix|hold|push|"
    "no longer"
)
_BREAK = re.compile(
    rf"(?<=[.!?])\s+|\s*[;\n]\s*|\s*,?\s+(?:and|then|but|also)(?:\s+(?:then|also|please))*\s+(?=(?:{_VERBS})\b)"
    rf"(?!(?:give|put|move|add|spend)\s+(?:it|that|them|this)\b)|,\s+(?=(?:{_VERBS})\b)",
    re.IGNORECASE,
)
_POLITE = re.compile(r"^(?:please|also|and|then|could you|can you|can we|we should|let's|let us|i want to|i'd like to|"
                     r"we want to|we need to)\b[\s,]*", re.IGNORECASE)  # fmt: skip


def statements(feedback: str) -> Iterator[str]:
    """Yield each statement as it stands, without what only joins or is polite."""
    quoted = [match.span() for match in QUOTED.finditer(feedback)]
    begun = 0
    for match in _BREAK.finditer(feedback):
        if any(start < match.start() < end for start, end in quoted):
            continue
        yield from _bare(feedback[begun : match.start()])
        begun = match.end()
    yield from _bare(feedback[begun:])


def _bare(text: str) -> Iterator[str]:
    text = text.strip(" \t\r,-*•")
    while (shorter := _POLITE.sub("", text)) != text:
        text = shorter
    text = text if text.endswith(("”", '"', "’")) else text.rstrip(".! ")
    if text:
        yield text
