"""Uplift by segment: where a test's lift came from, as far as the rows can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.experiment_arms import Arm, ArmRow, arm_row
from nexusplanner.calculators.experiment_comparison import Comparison, compare, spread
from nexusplanner.calculators.experiment_pooling import Effect, pooled
from nexusplanner.calculators.experiment_verdict import judged
from nexusplanner.calculators.multiple_comparisons import Correction, adjusted
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.sources import read_from
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

_FEWEST_PEOPLE, _FEWEST_EXPECTED = 30, 5.0


class _Segments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    rows: dict[str, dict[str, ArmRow]]
    control: str
    alpha: float
    correction: Correction


def read_out_by_segment(
    *,
    metric: str,
    rows: Mapping[str, Mapping[str, Arm]],
    control: str = "control",
    alpha: float = 0.05,
    correction: Correction = "holm",
    evidence: Sequence[str] = (),
) -> Calculation:
    """Read the lift of each segment, hold it against how many were looked at, and ask whether they differ.

    Twenty segments without any lift show one at 5 % by chance. So the p values are corrected for all
    comparisons together: by Holm unless asked otherwise, because each decision says whom to write to and
    one false alarm is one mistake, however many true ones stand beside it.

    That one segment is ``better`` and another ``undecided`` does not mean that they differ; that is what
    ``together`` tells of each variant: the lift pooled over the segments, and Cochran's Q.

    A segment is ``too_small``, and left undecided and out of the pool, where an arm has fewer than 30
    people, or where a rate makes fewer than 5 successes or failures expected in it (Cochran's rule).

    Args:
        metric: What was measured.
        rows: Segment -> arm name -> arm; each with the control and at least one variant.
        control: The name of the hold-out in each segment.
        alpha: Chance of any false alarm among all segments and variants.
        correction: How the p values are corrected.
        evidence: Ids of the evidence the counts were read from.

    Returns:
        ``experiment_segments``: ``segments`` -> variant -> lift, interval (at ``1 - alpha``, uncorrected),
        ``p_adjusted``, ``decision`` and ``reason``; ``together`` -> variant -> the pooled lift with ``q``,
        ``p_value``, ``i_squared``; ``overall`` -> variant -> the lift of all people, segments put together.

    Raises:
        InputError: A segment lacks its control, or an arm cannot be.
    """
    if not 0 < alpha < 1:
        raise InputError("not between 0 and 1", field="alpha", value=alpha)
    if not rows:
        raise InputError("names no segment", field="rows")
    for segment, arms in rows.items():
        if control not in arms or len(arms) < 2:
            fix = f"Give each segment {control!r} and a variant."
            raise InputError("lacks its control or a variant", field=f"rows.{segment}", value=[*arms], fix=fix)
    plain: dict[str, JsonValue] = {
        segment: {name: arm_row(f"rows.{segment}.{name}", arm) for name, arm in arms.items()}
        for segment, arms in rows.items()
    }
    return calculate(
        "experiment_segments",
        {"metric": metric, "rows": plain, "control": control, "alpha": alpha, "correction": correction},
        explain=lambda out: _explained(out, read_from("the counts given", evidence)),
        evidence=tuple(evidence),
    )


def _explained(out: JsonObject, source: str) -> str:
    segments = out["segments"]
    found = [
        str(row["decision"])
        for arms in (segments.values() if isinstance(segments, dict) else ())
        for row in (arms.values() if isinstance(arms, dict) else ())
        if isinstance(row, dict)
    ]
    counts = ", ".join(f"{found.count(d)} {d.replace('_', ' ')}" for d in dict.fromkeys(found))
    return f"Read {len(found)} lifts of {out['metric']} by segment, {source}, corrected for each other: {counts}."


_Key = tuple[str, str]


def compute(inputs: JsonObject) -> JsonObject:
    """Read segments from plain JSON."""
    given = _Segments.model_validate(inputs)
    found = {key: compare(control, arm, given.alpha) for key, control, arm in _pairs(given)}
    large = {key for key, control, arm in _pairs(given) if is_large_enough(control, arm)}
    kept = [key for key in found if key in large]
    corrected = dict(zip(kept, adjusted([found[key].p_value for key in kept], given.correction), strict=True))
    segments: dict[str, dict[str, JsonValue]] = {}
    for key, control, arm in _pairs(given):
        is_rate = control.squares is None and arm.squares is None
        row = _judged(found[key], corrected.get(key), given.alpha, is_rate=is_rate)
        segments.setdefault(key[0], {})[key[1]] = {"people": arm.n, "control_people": control.n, **row}
    variants = dict.fromkeys(name for _, name in found)
    effects = {key: Effect(found[key].lift, spread(control, arm)) for key, control, arm in _pairs(given)}
    return {
        "metric": given.metric,
        "alpha": given.alpha,
        "correction": given.correction,
        "segments": {**segments},
        "together": {v: pooled([effects[key] for key in kept if key[1] == v], given.alpha) for v in variants},
        "overall": {v: _overall(given, v) for v in variants},
    }


def _pairs(given: _Segments) -> Iterator[tuple[_Key, Arm, Arm]]:
    for segment, arms in given.rows.items():
        for name, row in arms.items():
            if name != given.control:
                yield (segment, name), arms[given.control].arm, row.arm


def is_large_enough(control: Arm, arm: Arm) -> bool:
    """Tell whether the approximations hold for two arms; see :func:`read_out_by_segment`."""
    if min(control.n, arm.n) < _FEWEST_PEOPLE:
        return False
    if control.squares is not None or arm.squares is not None:
        return spread(control, arm) > 0
    pooled_rate = (control.total + arm.total) / (control.n + arm.n)
    return min(pooled_rate, 1 - pooled_rate) * min(control.n, arm.n) >= _FEWEST_EXPECTED


def _judged(found: Comparison, p_adjusted: float | None, alpha: float, *, is_rate: bool) -> JsonObject:
    if p_adjusted is None:
        row = judged(found, alpha=alpha, threshold=0.0, is_rate=is_rate)
        decision: Literal["too_small"] = "too_small"
        reason = "Too few people, or too few of them with and without a success, to tell anything."
        return {**row, "p_adjusted": None, "decision": decision, "reason": reason}
    # What the correction does to p, done to the threshold instead: the reason then names the p found.
    threshold = alpha * found.p_value / p_adjusted if p_adjusted > 0 else alpha
    row = judged(found, alpha=alpha, threshold=threshold, is_rate=is_rate)
    return {**row, "p_adjusted": p_adjusted}


def _overall(given: _Segments, variant: str) -> JsonObject:
    pairs = [(control, arm) for (_, name), control, arm in _pairs(given) if name == variant]
    control, arm = pairs[0]
    for more_control, more_arm in pairs[1:]:
        control, arm = control + more_control, arm + more_arm
    found = compare(control, arm, given.alpha)
    return {
        "people": arm.n,
        "control_people": control.n,
        "lift": found.lift,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }
