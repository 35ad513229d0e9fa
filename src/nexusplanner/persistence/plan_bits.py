"""Sets of plans as binary numbers, a bit a plan: what many words share is found by a few operations on whole sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

BLOCK = 2_048
"""Plans whose bits are kept together: so many that few rows are read, so few that a row is cheap to write."""
_BYTES = BLOCK // 8
_DIGITS = range(date.max.toordinal().bit_length())
DAY_WORDS = tuple(f"@{digit}" for digit in _DIGITS)
"""Words that no text has, one for each binary digit of a day's number; the lowest first."""


def day_words(day: date) -> frozenset[str]:
    """Write a day as words: those of its number's digits that are 1."""
    return frozenset(DAY_WORDS[digit] for digit in _DIGITS if day.toordinal() >> digit & 1)


def with_plan(bits: bytes, place: int) -> bytes:
    """Put a plan into a block."""
    return _packed(int.from_bytes(bits, "little") | 1 << place)


def without_plan(bits: bytes, place: int) -> bytes:
    """Take a plan out of a block; one without plans is empty."""
    return _packed(int.from_bytes(bits, "little") & ~(1 << place))


def joined(blocks: Iterable[tuple[str, int, bytes]]) -> dict[str, int]:
    """Return each word's plans, from blocks that come as word, number and bits."""
    read = list(blocks)
    size = max((number for _, number, _ in read), default=0) * _BYTES + _BYTES
    held: dict[str, bytearray] = {}
    for word, number, bits in read:
        start = number * _BYTES
        held.setdefault(word, bytearray(size))[start : start + len(bits)] = bits
    return {word: int.from_bytes(whole, "little") for word, whole in held.items()}


@dataclass(frozen=True)
class DayBits:
    """The planning days of many plans.

    Attributes:
        digits: For each binary digit of a day's number, the highest first, the plans that have a 1 there.
    """

    digits: tuple[int, ...]

    @classmethod
    def of(cls, words: Mapping[str, int]) -> DayBits:
        """Take the days out of words' plans."""
        return cls(tuple(words.get(word, 0) for word in reversed(DAY_WORDS)))

    def split(self, plans: int, day: date) -> tuple[int, int, int]:
        """Return those of some plans that are of days before a day, of it, and of days after it."""
        before, same, after = 0, plans, 0
        for digit, ones in zip(reversed(_DIGITS), self.digits, strict=True):
            high = same & ones
            if day.toordinal() >> digit & 1:
                before, same = before | same ^ high, high
            else:
                after, same = after | high, same ^ high
        return before, same, after

    def newest_first(self, plans: int) -> Iterator[int]:
        """Yield the numbers of some plans, of the latest day first and of one day the highest first.

        A radix sort that does no more than is asked of it: the first fifty cost little, however many follow.
        """
        waiting = [(plans, 0)]
        while waiting:
            some, sorted_by = waiting.pop()
            if sorted_by == len(self.digits):
                yield from _highest_first(some)
                continue
            high = some & self.digits[sorted_by]
            waiting.extend((part, sorted_by + 1) for part in (some ^ high, high) if part)


def up_to(number: int, plans: int) -> int:
    """Return those of some plans whose numbers are lower than a number."""
    return plans & (1 << min(number, plans.bit_length())) - 1


def _packed(plans: int) -> bytes:
    return plans.to_bytes((plans.bit_length() + 7) // 8, "little")


def _highest_first(plans: int) -> Iterator[int]:
    while plans:
        number = plans.bit_length() - 1
        yield number
        plans ^= 1 << number
