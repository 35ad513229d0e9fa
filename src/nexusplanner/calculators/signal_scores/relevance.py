"""How much each text bears on a set of terms: BM25, scaled to 0-1."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from nexusplanner.calculators.signal_scores.stems import stems

_K1 = 1.2
_B = 0.75
_FULL_MARKS = 3
"""So many of the heaviest terms, each matched throughout, make a text fully relevant."""
_TITLE_WEIGHT = 2

NO_TERMS = 0.5
"""Relevance of everything where the query has no terms: nothing speaks for or against it."""


def weigh_relevance(texts: Sequence[tuple[str, str]], terms: Sequence[str]) -> tuple[float, ...]:
    """Score titles and bodies against the words of a query.

    The Okapi BM25 sum (Robertson & Zaragoza 2009, eq. 3.15; k1 = 1.2, b = 0.75) is divided by what the three
    heaviest terms could reach at most, and cut at 1. A term weighs 1 plus its smoothed inverse document
    frequency ``ln(1 + (N - n + .5) / (n + .5))`` as a share of the highest one possible, so that a rare term
    counts up to twice a common one; one that no text holds weighs 1. Words of the title count twice.

    Args:
        texts: Title and body of each item; they are also the collection that tells rare terms from common.
        terms: Words or phrases; a phrase counts by its words.

    Returns:
        One figure from 0 to 1 for each text, in order; 0.5 for all where there are no terms.
    """
    wanted = tuple(dict.fromkeys(stem for term in terms for stem in stems(term)))
    if not wanted:
        return tuple(NO_TERMS for _ in texts)
    counts = [Counter(stems(title) * _TITLE_WEIGHT + stems(body)) for title, body in texts]
    lengths = [count.total() for count in counts]
    mean_length = sum(lengths) / len(lengths) if any(lengths) else 1.0
    weights = {term: _weight(len(counts), sum(term in count for count in counts)) for term in wanted}
    best = sum(sorted(weights.values(), reverse=True)[:_FULL_MARKS])
    return tuple(
        min(
            1.0,
            sum(weights[term] * _saturation(count[term], length / mean_length) for term in wanted) / best,
        )
        for count, length in zip(counts, lengths, strict=True)
    )


def _weight(documents: int, containing: int) -> float:
    if not containing:
        return 1.0
    return 1.0 + _rarity(documents, containing) / _rarity(documents, 1)


def _rarity(documents: int, containing: int) -> float:
    return math.log(1.0 + (documents - containing + 0.5) / (containing + 0.5))


def _saturation(count: int, relative_length: float) -> float:
    """Return the share of its full weight that a term earns: 0 where absent, towards 1 the more often it stands."""
    return count / (count + _K1 * (1.0 - _B + _B * relative_length)) if count else 0.0
