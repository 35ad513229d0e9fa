"""Experiment read-out: what a finished test says, with interval and decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.experiment_arms import Arm, ArmRow, arm_row
from nexusplanner.calculators.experiment_comparison import compare
from nexusplanner.calculators.experiment_verdict import judged
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.sample_ratio import check_sample_ratio
from nexusplanner.calculators.sources import read_from
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError


class _Readout(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    control: ArmRow
    variants: dict[str, ArmRow]
    alpha: float
    shares: dict[str, float] | None = None
    cost: dict[str, float] | None = None
    value: float | None = None


def read_out_experiment(
    *,
    metric: str,
    control: Arm,
    variants: Mapping[str, Arm],
    alpha: float = 0.05,
    shares: Mapping[str, float] | None = None,
    cost: Mapping[str, float] | None = None,
    value: float | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Compare each variant of a finished test with its control.

    Rates: pooled z test, Newcombe's interval of the difference (Newcombe 1998, method 10). Means:
    Welch's t test and interval. The decision is two-sided at ``alpha``, shared out over the
    variants (Bonferroni); intervals are at ``1 - alpha`` each. For segments see
    :func:`read_out_by_segment`.

    Args:
        metric: What was measured.
        control: The hold-out.
        variants: The treated arms by name.
        alpha: Chance of a false alarm.
        shares: Planned weights of ``control`` and each variant: the counts are checked against them.
        cost: Money spent on each variant beyond what the control cost.
        value: Money one unit of the metric brings; lifts are then also told in money.
        evidence: Ids of the evidence the counts were read from.

    Returns:
        ``experiment_readout``. For each arm its ``value``, ``lift``, interval, ``decision`` with a ``reason``,
        the ``incremental`` units all its people brought (and money, and the cost of one, where given).

    Raises:
        InputError: An arm is empty, counts more successes than people, or is named in shares or cost alone.
    """
    if not 0 < alpha < 1:
        raise InputError("not between 0 and 1", field="alpha", value=alpha)
    _check_names("cost", cost or {}, variants)
    inputs: JsonObject = {
        "metric": metric,
        "control": arm_row("control", control),
        "variants": {name: arm_row(name, arm) for name, arm in variants.items()},
        "alpha": alpha,
    }
    if shares is not None:
        check_sample_ratio({"control": control.n, **{n: a.n for n, a in variants.items()}}, shares=shares)
        inputs["shares"] = {name: float(share) for name, share in shares.items()}
    if cost is not None:
        inputs["cost"] = {name: float(amount) for name, amount in cost.items()}
    if value is not None:
        inputs["value"] = float(value)
    source = read_from("the counts given", evidence)
    return calculate(
        "experiment_readout", inputs, explain=lambda out: _explained(out, source), evidence=tuple(evidence)
    )


def _check_names(field: str, given: Mapping[str, float], variants: Mapping[str, Arm]) -> None:
    for name in given:
        if name not in variants:
            raise InputError("names no variant", field=field, value=name, fix=f"Known are: {', '.join(variants)}.")


def _explained(out: JsonObject, source: str) -> str:
    arms, people = out["arms"], out["people"]
    decisions = (
        [f"{name} {arm['decision']}" for name, arm in arms.items() if isinstance(arm, dict)]
        if isinstance(arms, dict)
        else []
    )
    total = sum(int(str(n)) for n in people.values()) if isinstance(people, dict) else 0
    told = ", ".join(decisions)
    return f"Compared {len(decisions)} arms with their control on {out['metric']}, {total:,} people, {source}: {told}."


def compute(inputs: JsonObject) -> JsonObject:
    """Compare arms from plain JSON."""
    given = _Readout.model_validate(inputs)
    control, variants = given.control.arm, {name: row.arm for name, row in given.variants.items()}
    each = given.alpha / max(len(variants), 1)
    arms: dict[str, JsonValue] = {}
    for name, arm in variants.items():
        found = compare(control, arm, given.alpha)
        is_rate = arm.squares is None and control.squares is None
        row = judged(found, alpha=given.alpha, threshold=each, is_rate=is_rate)
        spent = (given.cost or {}).get(name)
        arms[name] = {**row, **_brought(arm.n, found.lift, found.low, found.high, spent=spent, value=given.value)}
    people = {"control": control.n, **{name: arm.n for name, arm in variants.items()}}
    return {
        "metric": given.metric,
        "control": control.total / control.n,
        "alpha": given.alpha,
        "people": {**people},
        "sample_ratio": None if given.shares is None else check_sample_ratio(people, shares=given.shares),
        "arms": arms,
    }


def _brought(n: int, lift: float, low: float, high: float, *, spent: float | None, value: float | None) -> JsonObject:
    """Count what the people of an arm brought beyond what as many of the control would have.

    The cost of one unit is open where the lift is not above zero, and has no upper end where its
    interval reaches down to zero.
    """
    ends: dict[str, float] = {"incremental": n * lift, "incremental_low": n * low, "incremental_high": n * high}
    told: JsonObject = {**ends}
    if value is not None:
        told |= {name.replace("incremental", "incremental_value"): amount * value for name, amount in ends.items()}
    if spent is not None:
        told |= {
            "cost": spent,
            "cost_per_incremental": spent / ends["incremental"] if lift > 0 else None,
            "cost_per_incremental_low": spent / ends["incremental_high"] if high > 0 else None,
            "cost_per_incremental_high": spent / ends["incremental_low"] if low > 0 else None,
        }
    return told
