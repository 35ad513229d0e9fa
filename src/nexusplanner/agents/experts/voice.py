"""A voice: the same facts told in other words for another seed, and never a banned phrase."""

from __future__ import annotations

import hashlib

_CYCLE = 60
"""Least common multiple of the usual numbers of tellings (3, 4, 5): neighbouring seeds never agree."""


class Voice:
    """Picks among tellings of one fact.

    Args:
        seed: Seed of the run, shifted by the draw.
        scope: What is being told (lens, section); other scopes pick independently.
        never: Phrases that must not be said.
    """

    def __init__(self, seed: int, scope: str, *, never: tuple[str, ...] = ()) -> None:
        self._seed, self._scope, self._told = seed, scope, 0
        self._never = tuple(phrase.casefold() for phrase in never)

    def allows(self, text: str) -> bool:
        """Tell whether a text is free of banned phrases."""
        folded = text.casefold()
        return not any(phrase in folded for phrase in self._never)

    def tell(self, *tellings: str) -> str:
        """Return one of the tellings that may be said; empty where none may."""
        allowed = [t for t in tellings if self.allows(t)]
        self._told += 1
        if not allowed:
            return ""
        salt = f"{self._scope}/{self._told}/{self._seed // _CYCLE}".encode()
        start = int.from_bytes(hashlib.blake2b(salt, digest_size=4).digest(), "big")
        return allowed[(start + self._seed) % len(allowed)]


def sentence(text: str) -> str:
    """Return a text as one sentence: capital first, one full stop last."""
    text = " ".join(text.split()).rstrip(" .;:,")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def clause(text: str) -> str:
    """Return a text as a clause within a sentence: no full stop, first letter small unless a name."""
    text = " ".join(text.split()).rstrip(" .;:,!")
    first = text.split(" ", 1)[0]
    is_name = len(first) > 1 and (first[1:] != first[1:].lower() or first.isupper())
    return text if is_name else f"{text[:1].lower()}{text[1:]}"


def excerpt(quote: str, *, words: int = 18) -> str:
    """Return the first sentence of a quote, at most ``words`` long."""
    first = " ".join(quote.split()).split(". ")[0].rstrip(".")
    parts = first.split(" ")
    return first if len(parts) <= words else " ".join(parts[:words]) + " …"


def listed(items: list[str]) -> str:
    """Join items as prose: ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
