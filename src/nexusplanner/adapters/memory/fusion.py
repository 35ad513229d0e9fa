"""Several rankings made one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

_K = 60


def fuse(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Fuse rankings by reciprocal rank: the sum of ``1 / (60 + rank)`` (Cormack, Clarke & Buettcher 2009).

    Args:
        rankings: Keys, best first; an empty ranking says nothing.

    Returns:
        A score for each key, best first and equals by key: 1 for one that leads every ranking that says anything.
    """
    telling = [ranking for ranking in rankings if ranking]
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in telling:
        for rank, key in enumerate(ranking, start=1):
            scores[key] += (_K + 1) / (_K + rank) / len(telling)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
