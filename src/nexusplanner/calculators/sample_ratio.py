"""Sample ratio: whether the arms of a test hold the shares of people they were meant to hold."""

from __future__ import annotations

from collections.abc import Mapping

from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

ALARM = 0.001
"""Below this p the draw is not what was planned. Strict, because it is looked at in every test."""


def check_sample_ratio(counts: Mapping[str, int], *, shares: Mapping[str, float] | None = None) -> JsonObject:
    """Compare how many people each arm holds with the shares that were planned.

    Pearson's chi-square test. A mismatch means that people were lost or drawn on the way into one arm:
    its lift then shows who was lost as well as what the campaign did, and is not to be trusted.

    Args:
        counts: People by arm.
        shares: Planned weights by arm, in any unit; equal where left out.

    Returns:
        ``statistic``, ``p_value``, ``expected`` people by arm, and ``is_mismatch`` (p under 0.001).

    Raises:
        InputError: There are fewer than two arms, nobody is in them, or shares name other arms or are not positive.
    """
    from scipy.special import chdtrc

    total = sum(counts.values())
    if len(counts) < 2 or total < 1 or min(counts.values()) < 0:
        raise InputError("needs people in two arms", field="counts", value=dict(counts))
    weights = dict(shares) if shares is not None else dict.fromkeys(counts, 1.0)
    if weights.keys() != counts.keys() or not all(w > 0 for w in weights.values()):
        fix = f"Name a positive share for each of: {', '.join(counts)}."
        raise InputError("not a share for each arm", field="shares", value=weights, fix=fix)
    whole = sum(weights.values())
    expected = {name: total * weights[name] / whole for name in counts}
    statistic = sum((counts[name] - e) ** 2 / e for name, e in expected.items())
    p = float(chdtrc(len(counts) - 1, statistic))
    return {"statistic": statistic, "p_value": p, "expected": {**expected}, "is_mismatch": p < ALARM}
