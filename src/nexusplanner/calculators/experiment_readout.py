"""Experiment read-out: what a finished test says, with interval and decision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

Decision = Literal["better", "worse", "undecided"]


@dataclass(frozen=True)
class Arm:
    """One arm of a finished test.

    For a rate, ``total`` is the number of successes; for a mean also give the sum of squares.
    """

    n: int
    total: float
    squares: float | None = None
    """Sum of squared values; None for a rate."""


class _ArmRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    total: float
    squares: float | None = None


class _Readout(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    control: _ArmRow
    variants: dict[str, _ArmRow]
    alpha: float


def read_out_experiment(
    *,
    metric: str,
    control: Arm,
    variants: Mapping[str, Arm],
    alpha: float = 0.05,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Compare each variant of a finished test with its control.

    Rates: pooled z test, Newcombe's interval of the difference (Newcombe 1998, method 10). Means:
    Welch's t test and interval. The decision is two-sided at ``alpha``, shared out over the
    variants (Bonferroni); intervals are at ``1 - alpha`` each.

    Args:
        metric: What was measured.
        control: The hold-out.
        variants: The treated arms by name; name segments here to read the uplift of each.
        alpha: Chance of a false alarm.
        evidence: Ids of the evidence the counts were read from.

    Raises:
        InputError: An arm is empty, or counts more successes than people.
    """
    for name, arm in {"control": control, **variants}.items():
        if arm.n < 2 or (arm.squares is None and not 0 <= arm.total <= arm.n):
            raise InputError("not an arm of a finished test", field=name, value=f"n={arm.n}, total={arm.total}")
    rows: dict[str, JsonValue] = {name: _row(arm) for name, arm in variants.items()}
    return calculate(
        "experiment_readout",
        {"metric": metric, "control": _row(control), "variants": rows, "alpha": alpha},
        explain=lambda _: f"Compared {len(variants)} arms with a control of {control.n:,} on {metric}.",
        evidence=tuple(evidence),
    )


def _row(arm: Arm) -> JsonObject:
    return {"n": arm.n, "total": float(arm.total), "squares": None if arm.squares is None else float(arm.squares)}


def compute(inputs: JsonObject) -> JsonObject:
    """Compare arms from plain JSON."""
    given = _Readout.model_validate(inputs)
    each = given.alpha / max(len(given.variants), 1)
    arms: dict[str, JsonValue] = {}
    for name, arm in given.variants.items():
        is_rate = arm.squares is None or given.control.squares is None
        found = _rates(given.control, arm, given.alpha) if is_rate else _means(given.control, arm, given.alpha)
        p = float(str(found["p_value"]))
        decision: Decision = "undecided" if p >= each else "better" if float(str(found["lift"])) > 0 else "worse"
        arms[name] = {**found, "decision": decision}
    return {
        "metric": given.metric,
        "control": given.control.total / given.control.n,
        "alpha": given.alpha,
        "arms": arms,
    }


def _rates(control: _ArmRow, arm: _ArmRow, alpha: float) -> JsonObject:
    from scipy.special import ndtr, ndtri

    p0, p1 = control.total / control.n, arm.total / arm.n
    pooled = (control.total + arm.total) / (control.n + arm.n)
    error = math.sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / arm.n))
    z = (p1 - p0) / error if error > 0 else 0.0
    critical = float(-ndtri(alpha / 2))
    low0, high0 = _wilson(p0, control.n, critical)
    low1, high1 = _wilson(p1, arm.n, critical)
    lift = p1 - p0
    return {
        "value": p1,
        "lift": lift,
        "relative_lift": lift / p0 if p0 > 0 else None,
        "statistic": z,
        "p_value": float(2 * ndtr(-abs(z))),
        "low": lift - math.hypot(p1 - low1, high0 - p0),
        "high": lift + math.hypot(high1 - p1, p0 - low0),
    }


def _wilson(p: float, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's interval of one rate (Wilson 1927)."""
    centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def _means(control: _ArmRow, arm: _ArmRow, alpha: float) -> JsonObject:
    from scipy.special import stdtr, stdtrit

    m0, v0 = _mean_and_error(control)
    m1, v1 = _mean_and_error(arm)
    error = math.sqrt(v0 + v1)
    freedom = (v0 + v1) ** 2 / (v0**2 / (control.n - 1) + v1**2 / (arm.n - 1)) if error > 0 else 1.0
    t = (m1 - m0) / error if error > 0 else 0.0
    half = float(-stdtrit(freedom, alpha / 2)) * error
    return {
        "value": m1,
        "lift": m1 - m0,
        "relative_lift": (m1 - m0) / m0 if m0 else None,
        "statistic": t,
        "p_value": float(2 * stdtr(freedom, -abs(t))),
        "low": m1 - m0 - half,
        "high": m1 - m0 + half,
    }


def _mean_and_error(arm: _ArmRow) -> tuple[float, float]:
    """Return the mean and its squared standard error."""
    mean = arm.total / arm.n
    variance = ((arm.squares or 0.0) - arm.n * mean * mean) / (arm.n - 1)
    return mean, max(variance, 0.0) / arm.n
