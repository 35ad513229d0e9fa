"""What a page shows of an output, held against what is printed today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

ELLIPSIS = "..."
"""A line of a shown output that stands for any number of lines."""

_ID = re.compile(r"\b(plan|run|prop|out|les|calc-[a-z_]+|ev-[a-z]+)-[0-9a-f]{6,16}\b")
_PASSING = re.compile(r"\b(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[0-9a-f]{64})\b")
"""A moment, or the hash of something that has one."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ALIKE = 0.5
_CLOSE = 0.02
"""Numbers that differ by less are the same: the last digits belong to the machine."""


def plain(text: str) -> list[str]:
    """Return the lines without what is another thing in every run: ids, moments, hashes, and blanks at the ends."""
    lines = (_PASSING.sub("…", _ID.sub(r"\1-…", line.replace("\t", "  "))).rstrip() for line in text.splitlines())
    return [line for line in lines if line]


def missing(shown: str, printed: str) -> str:
    """Return the first shown line that was not printed in its place; empty where all were."""
    actual, at = plain(printed), 0
    for chunk in _chunks(plain(shown)):
        found = next((i for i in range(at, len(actual) + 1) if _is_at(chunk, actual[i:])), None)
        if found is None:
            return next((line for line in chunk if not any(_is_same(line, other) for other in actual)), chunk[0])
        at = found + len(chunk)
    return ""


def refreshed(shown: str, printed: str) -> str:
    """Return the shown lines as they are printed today: each becomes the most similar line that follows."""
    actual, at, lines = plain(printed), 0, []
    for line in plain(shown):
        if line == ELLIPSIS:
            lines.append(line)
            continue
        likeness = [(SequenceMatcher(None, line, other).ratio(), -i) for i, other in enumerate(actual[at:])]
        best, place = max(likeness, default=(0.0, 0))
        if best >= _ALIKE:
            if place < 0 and lines and lines[-1] != ELLIPSIS:
                lines.append(ELLIPSIS)
            lines.append(actual[at - place])
            at += 1 - place
    return "\n".join(lines)


def _chunks(lines: list[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for line in [*lines, ELLIPSIS]:
        if line != ELLIPSIS:
            chunk.append(line)
        elif chunk:
            yield chunk
            chunk = []


def _is_at(chunk: list[str], actual: list[str]) -> bool:
    return len(actual) >= len(chunk) and all(map(_is_same, chunk, actual))


def _is_same(shown: str, printed: str) -> bool:
    if _NUMBER.sub("0", " ".join(shown.split())) != _NUMBER.sub("0", " ".join(printed.split())):
        return False
    pairs = zip(_NUMBER.findall(shown), _NUMBER.findall(printed), strict=True)
    return all(_is_close(float(a.replace(",", "")), float(b.replace(",", ""))) for a, b in pairs)


def _is_close(a: float, b: float) -> bool:
    return abs(a - b) <= _CLOSE * max(abs(a), abs(b), 1.0)
