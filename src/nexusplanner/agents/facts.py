"""Facts: the outputs of calculations, read once into types."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from nexusplanner.domain.calculation import Calculation

DESCRIBED = "seg-audience"
"""Id of the audience as the brief describes it, where there is no customer data."""


class Fact(BaseModel):
    """A reading of a calculation's outputs; what a newer version adds is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SegmentFact(Fact):
    """One segment as it was sized."""

    id: str
    name: str
    lifecycle: Literal["new", "active", "at_risk", "lapsed"]
    rule: str
    size: int
    contactable: int
    contactable_email: int = 0
    share: float
    value: float
    orders_last_year: int = 0
    average_order: float = 0.0
    recency_days: float = 0.0
    share_of_revenue: float = 0.0
    source: Literal["rfm", "rule", "label"] = "rfm"
    named: bool = False
    """Whether the brief names it."""
    expected_purchases: float | None = None
    """Of the next 365 days; None, as the next three, where the source tells too little."""
    expected_value: float | None = None
    value_per_customer: float | None = None
    alive: float | None = None


class OverlapFact(Fact):
    """Customers whom two segments share."""

    a: str
    b: str
    size: int
    contactable: int


class ChannelFact(Fact):
    """One channel of an allocation, beside what its past and its curve say."""

    channel: str
    amount: Decimal
    share: float
    expected: float
    marginal_return: float
    unit_cost: float | None
    bound: Literal["none", "minimum", "maximum"]
    status: Literal["measured", "pooled", "assumed"]
    past_share: float | None
    unit_cost_past: float | None
    past_mean: float | None
    """Mean spend a week in the history."""
    past_max: float | None
    decay: float
    """Share of a week's effect that lasts into the next, 0-1."""


def segment_facts(sized: Calculation | None) -> tuple[SegmentFact, ...]:
    """Read the segments, largest value first."""
    rows = sized.outputs.get("segments") if sized else None
    facts = [SegmentFact.model_validate(row) for row in rows] if isinstance(rows, list) else []
    return tuple(sorted((f for f in facts if f.size > 0), key=lambda f: (-f.value, f.id)))


def contactable_once(segments: Sequence[SegmentFact], sized: Calculation | None) -> int:
    """Count who can be reached in some segments, at most each once.

    Whoever is in two of them is taken off once for the pair; whoever is in three, more often than
    needed. So it is never more than there are, and the exact number where no three overlap.
    """
    if not segments:
        return 0
    rows = sized.outputs.get("overlaps") if sized else None
    overlaps = [OverlapFact.model_validate(row) for row in rows] if isinstance(rows, list) else []
    ids, each = {s.id for s in segments}, [s.contactable for s in segments]
    shared = sum(o.contactable for o in overlaps if {o.a, o.b} <= ids)
    return max(sum(each) - shared, *each)


def channel_facts(allocation: Calculation, curves: Calculation, past: Calculation | None) -> tuple[ChannelFact, ...]:
    """Join an allocation's lines with the curves they were drawn from and the past split."""
    shares = {str(row["channel"]): row["share"] for row in _rows(past)}
    return tuple(_channel_fact(row, curves, shares.get(str(row["channel"]))) for row in _rows(allocation))


def _channel_fact(row: dict[str, object], curves: Calculation, past_share: object) -> ChannelFact:
    channels = curves.outputs.get("channels")
    curve = channels.get(str(row["channel"])) if isinstance(channels, dict) else None
    curve = curve if isinstance(curve, dict) else {}
    seen = curve.get("observed")
    seen = seen if isinstance(seen, dict) else {}
    return ChannelFact.model_validate(
        {
            **row,
            "status": curve.get("status", "assumed"),
            "past_share": past_share,
            "unit_cost_past": curve.get("unit_cost_past"),
            "past_mean": seen.get("mean_spend"),
            "past_max": seen.get("max_spend"),
            "decay": curve.get("decay", 0.0),
        }
    )


def _rows(calculation: Calculation | None) -> list[dict[str, object]]:
    lines = calculation.outputs.get("lines") if calculation else None
    return [dict(row) for row in lines if isinstance(row, dict)] if isinstance(lines, list) else []


def expected_total(calculation: Calculation) -> float:
    """Return the expected amount of the metric that an allocation brings in all."""
    value = calculation.outputs.get("expected")
    return float(value) if isinstance(value, int | float) else 0.0
