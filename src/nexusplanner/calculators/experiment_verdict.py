"""Verdict: what a comparison decides, and why, in words."""

from __future__ import annotations

from typing import Literal

from nexusplanner.calculators.experiment_comparison import Comparison
from nexusplanner.domain.model import JsonObject

Decision = Literal["better", "worse", "undecided"]


def judged(found: Comparison, *, alpha: float, threshold: float, is_rate: bool) -> JsonObject:
    """Lay out a comparison with its decision.

    Args:
        found: The comparison.
        alpha: What the interval was made for.
        threshold: The p under which it decides: alpha, or less where several comparisons share it.
        is_rate: Whether lifts are said in percentage points.
    """
    decision = decided(found.lift, found.p_value, threshold)
    return {
        "value": found.value,
        "lift": found.lift,
        "relative_lift": found.lift / found.control if found.control else None,
        "statistic": found.statistic,
        "p_value": found.p_value,
        "low": found.low,
        "high": found.high,
        "decision": decision,
        "reason": _reason(found, decision, alpha=alpha, threshold=threshold, is_rate=is_rate),
    }


def decided(lift: float, p_value: float, threshold: float) -> Decision:
    """Decide two-sided: the data must be rarer than the threshold if there were no lift."""
    if p_value >= threshold:
        return "undecided"
    return "better" if lift > 0 else "worse"


def _reason(found: Comparison, decision: Decision, *, alpha: float, threshold: float, is_rate: bool) -> str:
    between = f"The lift lies between {amount(found.low, is_rate=is_rate)} and {amount(found.high, is_rate=is_rate)}"
    needed = f"p {shown_p(found.p_value)}, needed {shown_p(threshold, '<')}"
    if decision != "undecided":
        side = "above" if decision == "better" else "below"
        return f"{between}; chance alone would hardly put it so far {side} zero ({needed})."
    if found.p_value < alpha:
        return f"{between}. Alone it would decide, but several comparisons share the error ({needed})."
    return f"{between}, so it may be none at all ({needed})."


def amount(value: float, *, is_rate: bool) -> str:
    """Write a lift: percentage points of a rate, three digits of a mean."""
    return f"{100 * value:+.2f} points" if is_rate else f"{value:+.3g}"


def shown_p(p: float, sign: str = "=") -> str:
    """Write a p value with the sign before it; what is tiny is only said to be so."""
    return f"{sign} {p:.2g}" if p >= 1e-4 else f"{sign} {p:.0e}"
