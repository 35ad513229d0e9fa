"""Response curves: what each channel answers to money, with the point the plan chose."""

from __future__ import annotations

from itertools import pairwise

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import readings
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import channel_name, result, round_money, short

_HEIGHT, _AXIS, _TOP = 132, 20, 16
_BADGES = {"measured": "", "pooled": "pooled", "assumed": "assumed"}
Point = tuple[float, float]


def response_curves(plan: CampaignPlan) -> Chart | None:
    """Draw one small panel a channel of the budget; None without curves."""
    found = readings.curves(plan)
    lines = [line for line in plan.budget.lines if found and line.channel in found.channels]
    if found is None or not lines:
        return None
    weeks = plan.brief.period.days / 7
    chosen = [(line.channel, found.channels[line.channel], float(line.amount) / weeks) for line in lines]
    return Chart(
        id="chart-curves",
        title="What each channel answers to money",
        description=(
            f"Weekly {plan.objective.metric} for weekly spend, in steady state; each panel has its own scale. The dot "
            "is this plan's average week. A curve is dashed where no history carries it: beyond the most ever spent in "
            "a week, and where it is pooled (borrowed from the other channels) or assumed (from the brief alone)."
        ),
        panels=tuple(_panel(plan, i, name, curve=curve, spend=spend) for i, (name, curve, spend) in enumerate(chosen)),
        legend=(Key("middle", "This plan"), Key("seen", "Most spent in a week so far")),
        header=("Channel", "Weekly spend", f"Weekly {plan.objective.metric}", "Most spent in a week", "Curve"),
        rows=tuple(_figures(plan, name, curve=curve, spend=spend) for name, curve, spend in chosen),
    )


def response_at(points: tuple[Point, ...], spend: float) -> float:
    """Read a curve at a spend, straight between its points and flat beyond the last."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= spend <= x1:
            return y0 + (y1 - y0) * ((spend - x0) / (x1 - x0) if x1 > x0 else 0.0)
    return points[-1][1] if spend > points[-1][0] else points[0][1]


def _figures(plan: CampaignPlan, name: str, *, curve: readings.Curve, spend: float) -> tuple[str, ...]:
    currency, most = plan.budget.currency, curve.observed.max_spend
    return (
        channel_name(name),
        round_money(round(spend, 2), currency),
        result(response_at(curve.points, spend), plan.objective.metric, currency),
        round_money(round(most, 2), currency) if most > 0 else "none",
        curve.status,
    )


def _panel(plan: CampaignPlan, index: int, name: str, *, curve: readings.Curve, spend: float) -> Panel:
    wide = Scale(max(curve.points[-1][0], spend) * 1.02)
    high = Scale(max(y for _, y in curve.points) * 1.08 or 1.0)
    height = _HEIGHT - _TOP
    x, y = wide(spend), _TOP + (1 - high(response_at(curve.points, spend))) * height
    told = _figures(plan, name, curve=curve, spend=spend)
    words = f"{told[1]} a week brings {told[2]} {plan.objective.metric} a week."
    parts = [
        *_grid(plan, high=high, height=height),
        svg.stretched(_paths(curve, wide, high=high, height=height), height=height, top=_TOP),
        *_seen(curve, wide),
        svg.dot(svg.across(x), y, radius=5, css="middle", tip=words),
        *_axis(plan, wide),
    ]
    drawn = svg.drawing(
        f"chart-curves-{index}",
        title=f"Response of {channel_name(name)}",
        description=words,
        height=_HEIGHT + _AXIS,
        parts=parts,
    )
    return Panel(drawn, caption=channel_name(name), badge=_BADGES[curve.status])


def _paths(curve: readings.Curve, wide: Scale, *, high: Scale, height: float) -> list[Markup]:
    seen = curve.observed.max_spend if curve.status == "measured" else 0.0
    edge = (seen, response_at(curve.points, seen))

    def drawn(points: list[Point], css: str) -> list[Markup]:
        placed = [(100 * wide(x), height * (1 - high(y))) for x, y in points]
        return [svg.path(placed, css=css)] if len(placed) > 1 else []

    known = [p for p in curve.points if p[0] < seen]
    beyond = [p for p in curve.points if p[0] > seen]
    within = [*known, edge] if beyond and known else known
    return drawn(within, "curve") + drawn([edge, *beyond] if known else list(curve.points), "curve beyond")


def _seen(curve: readings.Curve, wide: Scale) -> list[Markup]:
    most = curve.observed.max_spend
    if not 0 < most <= wide.high:
        return []
    x = svg.across(wide(most))
    return [svg.line(x, _TOP, x, _HEIGHT, css="seen")]


def _grid(plan: CampaignPlan, *, high: Scale, height: float) -> list[Markup]:
    currency = plan.budget.currency if plan.objective.metric == "revenue" else None
    parts: list[Markup] = []
    for tick in ticks(high.high, 2):
        y = _TOP + (1 - high(tick)) * height
        parts.append(svg.line(0, y, "100%", y, css="grid" if tick else "base"))
        if tick:
            parts.append(svg.text(0, y - 3, short(tick, currency), css="tick"))
    return parts


def _axis(plan: CampaignPlan, wide: Scale) -> list[Markup]:
    shown = ticks(wide.high, 3)
    parts: list[Markup] = []
    for tick in shown:
        anchor = "start" if tick == 0 else "end" if wide(tick) > 0.88 else "middle"
        label = short(tick, plan.budget.currency)
        parts.append(svg.text(svg.across(wide(tick)), _HEIGHT + 15, label, css="tick", anchor=anchor))
    return parts
