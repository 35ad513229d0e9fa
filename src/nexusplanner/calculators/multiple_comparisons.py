"""Multiple comparisons: p values made larger by how many were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Correction = Literal["holm", "benjamini_hochberg"]


def adjusted(p_values: Sequence[float], correction: Correction) -> list[float]:
    """Return the p values to hold against the whole alpha, in the order given.

    ``holm`` (Holm 1979) keeps the chance of any false alarm at alpha. ``benjamini_hochberg`` (Benjamini &
    Hochberg 1995) keeps the share of false alarms among the alarms at alpha, and finds more.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    found, count = [0.0] * len(p_values), len(p_values)
    if correction == "holm":
        largest = 0.0
        for rank, i in enumerate(order):
            largest = max(largest, min((count - rank) * p_values[i], 1.0))
            found[i] = largest
        return found
    smallest = 1.0
    for rank in range(count, 0, -1):
        i = order[rank - 1]
        smallest = min(smallest, p_values[i] * count / rank)
        found[i] = smallest
    return found
