"""Tone of a text, from the VADER lexicon."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol, cast

_LONGEST = 2_000
"""Characters read; VADER is made for short texts and slows down on long ones."""


class _Analyzer(Protocol):
    def polarity_scores(self, text: str) -> dict[str, float]: ...


def weigh_sentiment(text: str) -> float:
    """Return VADER's compound score, -1 (very negative) to 1 (very positive); 0 for a text without tone.

    Hutto & Gilbert 2014; a lexicon of English, best on short informal text.
    """
    return float(_analyzer().polarity_scores(text[:_LONGEST])["compound"])


@lru_cache(maxsize=1)
def _analyzer() -> _Analyzer:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return cast("_Analyzer", SentimentIntensityAnalyzer())
