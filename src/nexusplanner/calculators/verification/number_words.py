"""Numbers written as English words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: float(i) for i, word in enumerate(_ONES)} | {word: 10.0 * i for i, word in enumerate(_TENS, 2)}
_FACTORS = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_WORD = "|".join(sorted([*_VALUES, *_FACTORS], key=len, reverse=True))
_PHRASE = re.compile(
    rf"(?<![\w-])(?:{_WORD})(?:(?:-|\s(?:and\s)?)(?:{_WORD}))*(?![\w-])(?P<share>\s(?:percent|per\scent|%))?",
    re.IGNORECASE,
)
_SMALL = 10


def number_words(text: str) -> Iterator[tuple[int, int, float, float, bool]]:
    """Find numbers above ten, and shares of any size, in words.

    Yields:
        Start, end, value, precision and whether it is a percentage. A scale word that follows digits
        (``2 million``) belongs to them and is skipped.
    """
    for match in _PHRASE.finditer(text):
        if re.search(r"\d[\d.,]*\s?$", text[max(0, match.start() - 12) : match.start()]):
            continue
        words = re.findall(r"[a-z]+", match.group().lower().removesuffix(match["share"] or ""))
        value, precision = _value([w for w in words if w not in {"and", "percent", "per", "cent"}])
        if value > _SMALL or match["share"]:
            yield match.start(), match.end(), value, precision, bool(match["share"])


def _value(words: list[str]) -> tuple[float, float]:
    total, part = 0.0, 0.0
    for word in words:
        if word in _VALUES:
            part += _VALUES[word]
            continue
        factor = _FACTORS[word]
        part = (part or 1.0) * factor
        if factor >= 1e3:
            total, part = total + part, 0.0
    return total + part, _FACTORS.get(words[-1], 1.0) if words[-1] != "dozen" else 1.0
