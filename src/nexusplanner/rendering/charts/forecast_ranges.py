"""Forecast ranges: P10, P50 and P90 of the whole against the target, and of each channel."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Range
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import chance, channel_name, result, short

_ROW, _AXIS = 44, 22


def forecast_ranges(plan: CampaignPlan) -> Chart | None:
    """Draw how much the plan may bring; None where nothing is forecast."""
    whole = plan.forecast
    if whole.p90 <= 0:
        return None
    title = f"How much it may bring: {whole.metric}"
    description = (
        f"Eight in ten outcomes lie between {_told(plan, whole.p10)} and {_told(plan, whole.p90)}, half above "
        f"{_told(plan, whole.p50)}. The chance of reaching the target of {_told(plan, float(plan.objective.target))} "
        f"is {chance(plan.objective.probability_of_target)}."
    )
    channels = sorted(whole.by_channel.items(), key=lambda pair: (-pair[1].p50, pair[0]))
    rows = [("All channels", whole), *((channel_name(name), found) for name, found in channels)]
    panels = [_panel(plan, 0, rows[:1], title=title, description=description)]
    if len(rows) > 1:
        panels.append(_panel(plan, 1, rows[1:], title=f"{title}, by channel", description="The range of each channel."))
    return Chart(
        id="chart-forecast",
        title=title,
        description=description,
        panels=tuple(panels),
        legend=(Key("range", "P10 to P90"), Key("middle", "P50"), Key("target", "Target")),
        header=("", "P10", "P50", "P90"),
        rows=tuple((name, *(_told(plan, v) for v in (r.p10, r.p50, r.p90))) for name, r in rows),
    )


def _told(plan: CampaignPlan, value: float) -> str:
    return result(value, plan.forecast.metric, plan.budget.currency)


def _panel(plan: CampaignPlan, index: int, rows: list[tuple[str, Range]], *, title: str, description: str) -> Panel:
    target = float(plan.objective.target) if index == 0 else None
    scale = Scale(max([found.p90 for _, found in rows] + ([target] if target else [])) * 1.04)
    height = _ROW * len(rows) + (8 if target else 0)
    parts = _grid(plan, scale, height)
    for i, (name, found) in enumerate(rows):
        parts += _row(plan, i * _ROW, name, found=found, scale=scale)
    if target is not None:
        parts.append(_target(scale, target, height))
    key = f"chart-forecast-{index}"
    drawn = svg.drawing(key, title=title, description=description, height=height + _AXIS, parts=parts)
    return Panel(drawn, caption="" if index == 0 else "By channel, on a scale of its own")


def _grid(plan: CampaignPlan, scale: Scale, height: float) -> list[Markup]:
    currency = plan.budget.currency if plan.forecast.metric == "revenue" else None
    parts: list[Markup] = []
    for tick in ticks(scale.high):
        x = svg.across(scale(tick))
        anchor = "start" if tick == 0 else "end" if scale(tick) > 0.94 else "middle"
        parts.append(svg.line(x, 0, x, height, css="grid"))
        parts.append(svg.text(x, height + 15, short(tick, currency), css="tick", anchor=anchor))
    return parts


def _target(scale: Scale, target: float, height: float) -> Markup:
    x = svg.across(scale(target))
    return svg.line(x, 19, x, height, css="target-line")


def _row(plan: CampaignPlan, y: float, name: str, *, found: Range, scale: Scale) -> list[Markup]:
    low, middle, high = scale(found.p10), scale(found.p50), scale(found.p90)
    told = f"{_told(plan, found.p50)}  ({_told(plan, found.p10)} – {_told(plan, found.p90)})"
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, told, css="figure", anchor="end"),
        svg.bar(svg.across(low), y + 24, width=svg.across(high - low), height=10, css="range", radius=5, tip=told),
        svg.dot(svg.across(middle), y + 29, radius=5, css="middle", tip=told),
    ]
