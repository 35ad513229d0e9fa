"""Alpha spending: how much of an error a test may use up by the time it has some of its information."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

Spending = Literal["obrien_fleming", "pocock"]

_NORMAL = NormalDist()


def spent(spending: Spending, information: float, error: float) -> float:
    """Return how much of a one-sided error may be spent up to an information, 0-1 (Lan & DeMets 1983).

    O'Brien-Fleming-like: ``2 - 2 Phi(z(1 - error / 2) / sqrt(t))``, next to nothing early on.
    Pocock-like: ``error ln(1 + (e - 1) t)``, nearly even.
    """
    if information >= 1:
        return error
    if spending == "pocock":
        return error * math.log1p((math.e - 1) * information)
    return math.erfc(-_NORMAL.inv_cdf(error / 2) / math.sqrt(2 * information))
