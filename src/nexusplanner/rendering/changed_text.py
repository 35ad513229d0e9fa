"""Changed text: the part of two texts in which they differ, with a few words on both sides."""

from __future__ import annotations

from itertools import takewhile

_SIDE = 30


def around(before: str, after: str) -> tuple[str, str]:
    """Cut two texts down to where they differ, at whole words; ``…`` stands for what both share."""
    start = _shared(before, after)
    end = min(_shared(before[::-1], after[::-1]), len(before) - start, len(after) - start)
    first = max(before.rfind(" ", 0, max(start - _SIDE, 0)) + 1, 0) if start > _SIDE else 0
    return _part(before, first, len(before) - end), _part(after, first, len(after) - end)


def _part(text: str, first: int, last: int) -> str:
    stop = text.find(" ", last + _SIDE)
    stop = len(text) if stop < 0 else stop
    return f"{'… ' if first else ''}{text[first:stop]}{' …' if stop < len(text) else ''}"


def _shared(one: str, other: str) -> int:
    """Count the characters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
