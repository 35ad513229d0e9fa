"""What is doubtful about the rows behind a curve, in plain words."""

from __future__ import annotations

import numpy as np

from nexusplanner.calculators.curve import Floats

_FEW_ACTIVE_WEEKS = 12
_CONSTANT = 0.05
_COLLINEAR = 0.9


def channel_warnings(name: str, spend: Floats, result: Floats | None) -> list[str]:
    """Name what makes one channel's curve doubtful.

    Args:
        name: The channel.
        spend: Weekly spend, shape ``(weeks,)``.
        result: Weekly results, where the channel has its own.
    """
    found = []
    active = spend[spend > 0]
    if active.size < _FEW_ACTIVE_WEEKS:
        found.append(f"{name} was active in only {active.size} weeks; its curve leans on the other channels.")
    if active.size >= 2 and float(np.std(active)) < _CONSTANT * float(np.mean(active)):
        found.append(f"{name} spent almost the same every week; how its results change with spend is not in the rows.")
    if result is not None and float(np.sum(result)) < 30:
        found.append(f"{name} has only {float(np.sum(result)):.0f} results in all; its curve is wide.")
    return found


def collinear_pairs(names: tuple[str, ...], spend: Floats) -> list[str]:
    """Name pairs of channels whose spend moves together, so that a joint fit cannot tell them apart."""
    moving = np.std(spend, axis=1) > 0
    found = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            if moving[i] and moving[j]:
                r = float(np.corrcoef(spend[i], spend[j])[0, 1])
                if r > _COLLINEAR:
                    found.append(
                        f"{names[i]} and {names[j]} move together (correlation {r:.2f}); "
                        "the rows cannot tell which of them worked."
                    )
    return found
