"""Sequential look: whether a running test stops, and what may be said of its lift by then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from nexusplanner.calculators.alpha_spending import Spending
from nexusplanner.calculators.experiment_arms import Arm, ArmRow, arm_row
from nexusplanner.calculators.experiment_comparison import Comparison, compare
from nexusplanner.calculators.experiment_verdict import amount
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from nexusplanner.calculators.sequential_boundaries import Floats

LookDecision = Literal["better", "worse", "futile", "undecided", "continue"]


_FINEST = 1e-12
"""Farther out the t distribution has no quantile that can be computed."""


class _Look(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    control: ArmRow
    variant: ArmRow
    information: tuple[float, ...] = Field(min_length=1)
    is_last: bool
    spending: Spending
    alpha: float
    power: float
    drift: float
    futility: bool


def read_look(
    design: Calculation,
    *,
    look: int,
    metric: str,
    control: Arm,
    variant: Arm,
    information: Sequence[float] | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Read a running test at one of its looks: stop, or go on.

    The comparison's p value is held against the boundary's (Jennison & Turnbull 2000, section 3.3). The
    interval is a repeated confidence interval (chapter 9): all those of a test together hold the lift in
    ``1 - alpha`` of tests, so it may be told at any look, and after any decision.

    Args:
        design: ``sequential_design``.
        look: Which look this is, from 1.
        metric: What is measured.
        control: The hold-out, as it stands.
        variant: The treated arm, as it stands.
        information: Shares of the planned people there really were at each look so far, this one included;
            boundaries are then laid anew, with alpha spent at these shares (Lan & DeMets 1983). As
            designed where left out. The last look spends what is left.
        evidence: Ids of the evidence the counts were read from.

    Returns:
        ``sequential_look``: ``decision`` (``better`` and ``worse`` stop for efficacy, ``futile`` may stop,
        ``undecided`` ends without a result, ``continue``), ``is_stop``, ``reason``, ``z`` beside its
        ``boundary`` and ``futility``, ``lift`` with ``low`` and ``high``.

    Raises:
        InputError: The design has no such look, the information does not rise, or an arm cannot be.
    """
    rows = design.outputs["looks"]
    planned = [float(str(r["information"])) for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    if not 1 <= look <= len(planned):
        raise InputError(f"the design has looks 1 to {len(planned)}", field="look", value=look)
    shares = planned[:look] if information is None else [float(t) for t in information]
    if len(shares) != look or min(b - a for a, b in zip((0.0, *shares), shares, strict=False)) <= 0:
        raise InputError("not a rising share for each look so far", field="information", value=shares)
    asked = design.inputs
    return calculate(
        "sequential_look",
        {
            "metric": metric,
            "control": arm_row("control", control),
            "variant": arm_row("variant", variant),
            "information": [*shares],
            "is_last": look == len(planned),
            **{name: asked[name] for name in ("spending", "alpha", "power", "futility")},
            "drift": design.outputs["drift"],
        },
        explain=lambda out: (
            f"Look {look} of {len(planned)} of {design.id} at {metric} of {control.n + variant.n:,} people: "
            f"{out['reason']}"
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Read a look from plain JSON."""
    given = _Look.model_validate(inputs)
    boundary, hopeless = _bounds(given)
    nominal = math.erfc(boundary / math.sqrt(2))
    found = compare(given.control.arm, given.variant.arm, max(nominal, _FINEST))
    z = _signed_z(found)
    decision = _decide(z, boundary, hopeless, is_last=given.is_last)
    is_rate = given.control.squares is None and given.variant.squares is None
    return {
        "metric": given.metric,
        "look": len(given.information),
        "information": given.information[-1],
        "z": z,
        "boundary": boundary,
        "futility": hopeless,
        "nominal_alpha": nominal,
        "p_value": found.p_value,
        "control": found.control,
        "value": found.value,
        "lift": found.lift,
        "low": found.low,
        "high": found.high,
        "decision": decision,
        "is_stop": decision != "continue",
        "reason": _reason(decision, found, z, boundary, hopeless, is_rate=is_rate),
    }


def _bounds(given: _Look) -> tuple[float, float | None]:
    """Lay the boundaries for the information there was; return those of this look."""
    from nexusplanner.calculators.sequential_boundaries import efficacy_bounds, futility_bounds

    upper: Floats = efficacy_bounds(given.spending, given.information, given.alpha, is_final=given.is_last)
    if not given.futility or given.is_last:
        return float(upper[-1]), None
    lower = futility_bounds(given.spending, given.information, 1 - given.power, efficacy=upper, drift=given.drift)
    return float(upper[-1]), float(lower[-1])


def _signed_z(found: Comparison) -> float:
    """Return the normal deviate of the comparison's p value, with the sign of its lift."""
    from scipy.special import ndtri

    tail = max(found.p_value / 2, 1e-300)
    return math.copysign(float(-ndtri(tail)), found.lift)


def _decide(z: float, boundary: float, hopeless: float | None, *, is_last: bool) -> LookDecision:
    if abs(z) >= boundary:
        return "better" if z > 0 else "worse"
    if is_last:
        return "undecided"
    return "futile" if hopeless is not None and z <= hopeless else "continue"


def _reason(
    decision: LookDecision, found: Comparison, z: float, boundary: float, hopeless: float | None, *, is_rate: bool
) -> str:
    lead = f"{amount(found.lift, is_rate=is_rate)}, {z:+.2f} standard errors"
    if decision in ("better", "worse"):
        return f"Stop: the difference of {lead}, is beyond the {boundary:.2f} that this look asks for."
    if decision == "futile":
        return f"Stop as hopeless: the difference of {lead}, is below the {hopeless:+.2f} due by now."
    if decision == "undecided":
        return f"The end: the difference of {lead}, stays within the {boundary:.2f} that it takes."
    return f"Go on: the difference of {lead}, has not reached the {boundary:.2f} that this look asks for."
