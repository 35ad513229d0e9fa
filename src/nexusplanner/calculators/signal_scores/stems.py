"""Words cut to their stems, so that "prices" finds "pricing"."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Protocol, cast

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST = 40

_STOP_WORDS = """
    a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each few for from further had has have having he her here hers
    him his how i if in into is it its itself just me more most my new no nor not now of off on once only or other
    our ours out over own s same she should so some such t than that the their theirs them then there these they
    this those through to too under until up very was we were what when where which while who whom why will with
    would you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""English words that say nothing of a text's subject."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's own name


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words in order, without stop words.

    Words are NFKC, case-folded and cut by the English Snowball stemmer; words of other languages mostly
    pass unchanged and still match themselves.
    """
    return tuple(_stem(word) for word in words(text) if word not in STOP_WORDS)


def words(text: str) -> tuple[str, ...]:
    """Return a text's words in order: NFKC, case-folded, letters and digits only, apostrophes within."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple(match.group()[:_LONGEST] for match in _WORD.finditer(folded))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    # A stemmer keeps the word it works on in itself: one a thread, or two threads cut each other's words.
    if not hasattr(_own, "stemmer"):
        import snowballstemmer

        _own.stemmer = snowballstemmer.stemmer("english")
    return cast("_Stemmer", _own.stemmer).stemWord(word)


_own = threading.local()
