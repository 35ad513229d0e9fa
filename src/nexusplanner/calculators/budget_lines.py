"""Budget lines: what each channel gets, to the minor unit, and what that is expected to bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.bounds import Bounds, BudgetRules
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.domain.model import JsonObject

_HAIR = 1 + 1e-9


def budget_lines(
    units: Sequence[int], *, curves: CurveSet, bounds: Bounds, rules: BudgetRules, capped: Bounds | None = None
) -> JsonObject:
    """Write an allocation: lines by amount, largest first, zero lines left out.

    ``beyond_observed`` says that a line's weekly money is more than was ever spent in a week, so that
    its curve is extrapolated there; ``warnings`` says it in words, for each line and for all.

    Args:
        units: Minor units a channel, in the order of ``curves`` and ``bounds``.
        curves: The channels' curves; what is expected follows their average over shapes.
        bounds: The bounds the units keep.
        rules: The money.
        capped: The bounds with what channels without results of their own are held to; None holds none.
    """
    amounts = np.array([float(u * bounds.cent) for u in units])
    weekly = amounts / rules.weeks
    averaged = curves.expected
    expected, marginal = rules.weeks * averaged.response(weekly), averaged.marginal(weekly)
    lines: list[tuple[int, JsonObject]] = []
    for i, (name, curve) in enumerate(curves.channels.items()):
        if units[i] <= 0:
            continue
        lines.append(
            (
                units[i],
                {
                    "channel": name,
                    "amount": bounds.money(units[i]),
                    "share": units[i] / bounds.spendable,
                    "expected": float(expected[i]),
                    "marginal_return": float(marginal[i]),
                    "unit_cost": float(amounts[i] / expected[i]) if expected[i] > 0 else None,
                    "bound": _bound(units[i], bounds, i),
                    "is_capped": capped is not None and capped.high[i] < bounds.high[i] and units[i] >= capped.high[i],
                    "status": curve.status,
                    "beyond_observed": float(weekly[i]) > curve.observed.max_spend * _HAIR,
                    "warnings": _stretched(name, float(weekly[i]), curve.observed.max_spend),
                },
            )
        )
    lines.sort(key=lambda line: (-line[0], str(line[1]["channel"])))
    written: list[JsonValue] = [line for _, line in lines]
    return {
        "total": bounds.money(bounds.spendable + bounds.contingency),
        "currency": rules.currency,
        "weeks": rules.weeks,
        "contingency": bounds.money(bounds.contingency),
        "metric": curves.metric,
        "lines": written,
        "expected": float(np.sum(expected[np.array(units) > 0])),
        "warnings": [warning for _, line in lines for warning in _told(line)],
    }


def _told(line: JsonObject) -> list[JsonValue]:
    warnings = line["warnings"]
    return warnings if isinstance(warnings, list) else []


def _bound(units: int, bounds: Bounds, i: int) -> str:
    if units <= max(bounds.low[i], bounds.threshold[i]) and units > 0:
        return "minimum"
    return "maximum" if units >= bounds.high[i] and bounds.high[i] < bounds.spendable else "none"


def _stretched(name: str, weekly: float, most: float) -> list[JsonValue]:
    if most <= 0:
        return [f"No week with money for {name} is known; what it brings is borrowed or assumed."]
    if weekly <= most * _HAIR:
        return []
    told = "more than" if weekly < 1.05 * most else f"{weekly / most:.1f} times"
    return [f"{name} gets {told} the most it ever spent in a week; its curve is extrapolated there."]
