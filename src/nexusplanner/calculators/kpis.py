"""The KPI tree: from impressions to clicks to conversions to revenue, with unit costs, and what pays back."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.model import JsonObject


class _Past(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    spend: float = 0.0
    impressions: float | None = None
    clicks: float | None = None
    conversions: float | None = None
    revenue: float | None = None


class _Planned(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    channel: str
    amount: float
    expected: float


class _Tree(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: Metric
    past: dict[str, _Past]
    lines: tuple[_Planned, ...]
    total: float
    weeks: int = Field(ge=1)
    price: float | None
    margin: float | None


def kpi_tree(
    curves: Calculation,
    *,
    history: ChannelHistory | None,
    allocation: Calculation,
    weeks: int,
    price: float | None = None,
    margin: float | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Unfold each line into impressions, clicks, conversions and revenue at the history's unit costs.

    Args:
        curves: The response curves; they name the metric.
        history: Past spend and results; None leaves unit costs open.
        allocation: What is to be spent, and what it is expected to bring.
        weeks: How many weeks the money is spent over.
        price: Money one conversion brings; the history's own where it tells.
        margin: Share of the price that is kept, 0-1.
        evidence: Ids of the evidence the history is.

    Returns:
        ``kpi_tree``; null wherever the data cannot say.
    """
    past: dict[str, JsonValue] = {}
    if history is not None:
        for name, series in history.channels.items():
            columns = ("impressions", "clicks", "conversions", "revenue")
            values = {column: getattr(series, column) for column in columns}
            past[name] = {
                "spend": float(sum(series.spend)),
                **{c: None if v is None else float(sum(v)) for c, v in values.items()},
            }
    inputs: JsonObject = {
        "metric": CurveSet.of(curves).metric,
        "past": past,
        "lines": _planned(allocation),
        "total": float(str(allocation.outputs["total"])),
        "weeks": weeks,
        "price": price,
        "margin": margin,
    }
    return calculate(
        "kpi_tree",
        inputs,
        explain=lambda _: f"Unfolded {allocation.id} at the unit costs of {len(past)} channels' history.",
        evidence=tuple(evidence),
    )


def _planned(allocation: Calculation) -> list[JsonValue]:
    lines = allocation.outputs["lines"]
    assert isinstance(lines, list)
    planned: list[JsonValue] = []
    for line in lines:
        assert isinstance(line, dict)
        planned.append({"channel": line["channel"], "amount": float(str(line["amount"])), "expected": line["expected"]})
    return planned


def compute(inputs: JsonObject) -> JsonObject:
    """Unfold an allocation from plain JSON."""
    given = _Tree.model_validate(inputs)
    channels: dict[str, JsonValue] = {}
    conversions: list[float | None] = []
    revenue: list[float | None] = []
    for line in given.lines:
        row = _channel(given, line, given.past.get(line.channel, _Past()))
        channels[line.channel] = dict(row)
        conversions.append(row["conversions"])
        revenue.append(row["revenue"])
    return {"metric": given.metric, "channels": channels, **_pays(given, conversions, revenue)}


def _channel(given: _Tree, line: _Planned, past: _Past) -> dict[str, float | None]:
    """Unfold one line; the objective's own metric is the curve's, the rest follows past ratios."""
    ctr, cvr = _ratio(past.clicks, past.impressions), _ratio(past.conversions, past.clicks)
    worth = _ratio(past.revenue, past.conversions) or given.price
    clicks = line.expected if given.metric == "visits" else _ratio(line.amount, _ratio(past.spend, past.clicks))
    conversions: float | None = line.expected
    revenue: float | None = line.expected
    if given.metric == "revenue":
        conversions = _ratio(line.expected, worth)
    elif given.metric == "visits":
        conversions = _times(clicks, cvr)
        revenue = _times(conversions, worth)
    else:
        revenue = _times(line.expected, worth)
    return {
        "cpm": _times(_ratio(past.spend, past.impressions), 1000.0),
        "cpc": _ratio(past.spend, past.clicks),
        "cpa": _ratio(past.spend, past.conversions),
        "ctr": ctr,
        "cvr": cvr,
        "impressions": _ratio(line.amount, _ratio(past.spend, past.impressions)),
        "clicks": clicks,
        "conversions": conversions,
        "revenue": revenue,
    }


def _pays(given: _Tree, conversions: list[float | None], revenue: list[float | None]) -> JsonObject:
    """Say when the money comes back: in conversions, at most for one, in all and in weeks."""
    kept = None if given.price is None or given.margin is None else given.price * given.margin
    brought = [value for value in revenue if value is not None]
    spent = sum(line.amount for line in given.lines)
    profit = sum(brought) * given.margin if given.margin is not None and len(brought) == len(revenue) else None
    weekly = profit / given.weeks if profit else None
    known = [value for value in conversions if value is not None]
    return {
        "expected_conversions": sum(known) if known and len(known) == len(conversions) else None,
        "expected_revenue": sum(brought) if brought and len(brought) == len(revenue) else None,
        "break_even": _ratio(given.total, kept),
        "break_even_revenue": _ratio(given.total, given.margin),
        "allowable_cpa": kept,
        "roi": _ratio(profit - spent, spent) if profit is not None else None,
        "payback_weeks": _ratio(spent, weekly),
    }


def _ratio(top: float | None, bottom: float | None) -> float | None:
    return top / bottom if top is not None and bottom else None


def _times(one: float | None, other: float | None) -> float | None:
    return one * other if one is not None and other is not None else None
