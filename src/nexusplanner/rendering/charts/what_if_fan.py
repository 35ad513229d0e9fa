"""What-if fan: what more or less money would bring, and how sure one may be."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import readings
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import chance, number, result, round_money, short

_TOP, _HEIGHT, _AXIS = 34, 220, 24
_APART = 0.14
"""Least distance of two labels, as a share of the width."""


def what_if_fan(plan: CampaignPlan) -> Chart | None:
    """Draw the fan over other budgets; None where that was not computed."""
    found = readings.what_if(plan)
    if found is None:
        return None
    points = sorted(found.points, key=lambda p: p.total)
    target = float(plan.objective.target)
    wide = Scale(float(points[-1].total), low=float(points[0].total))
    high = Scale(max(target, *(p.p90 for p in points)) * 1.05)
    if wide.high <= wide.low or high.high <= 0:
        return None
    title = "With more money, or less"
    description = (
        f"{plan.objective.metric.capitalize()} by total budget: the line is P50, the band P10 to P90, the dashed line "
        "the target. Above, the chance of reaching the target."
    )
    parts = [
        *_grid(high),
        svg.stretched(_fan(points, wide, high=high), height=_HEIGHT, top=_TOP),
        *_target(high, target),
        *_ticks(plan, high),
        *(part for p in _labelled(points, wide) for part in _point(plan, p, x=wide(float(p.total)))),
        *(
            svg.dot(svg.across(wide(float(p.total))), _TOP + _y(high, p.p50), radius=5, css="middle")
            for p in points
            if p.multiplier == 1
        ),
    ]
    return Chart(
        id="chart-what-if",
        title=title,
        description=description,
        panels=(
            Panel(
                svg.drawing(
                    "chart-what-if-0", title=title, description=description, height=_TOP + _HEIGHT + _AXIS, parts=parts
                )
            ),
        ),
        legend=(Key("range", "P10 to P90"), Key("middle", "This plan"), Key("target", "Target")),
        header=("Budget", "Of this plan's", "P10", "P50", "P90", "Chance of the target"),
        rows=tuple(_figures(plan, p) for p in points),
    )


def _y(high: Scale, value: float) -> float:
    return (1 - high(value)) * _HEIGHT


def _fan(points: list[readings.WhatIfPoint], wide: Scale, *, high: Scale) -> list[Markup]:
    xs = [100 * wide(float(p.total)) for p in points]
    upper = [(x, _y(high, p.p90)) for x, p in zip(xs, points, strict=True)]
    lower = [(x, _y(high, p.p10)) for x, p in zip(xs, points, strict=True)]
    middle = [(x, _y(high, p.p50)) for x, p in zip(xs, points, strict=True)]
    return [svg.path([*upper, *reversed(lower)], css="fan", closed=True), svg.path(middle, css="curve")]


def _target(high: Scale, target: float) -> list[Markup]:
    y = _TOP + _y(high, target)
    return [svg.line(0, y, "100%", y, css="target-line")]


def _grid(high: Scale) -> list[Markup]:
    places = [(tick, _TOP + _y(high, tick)) for tick in ticks(high.high)]
    return [svg.line(0, y, "100%", y, css="grid" if tick else "base") for tick, y in places]


def _ticks(plan: CampaignPlan, high: Scale) -> list[Markup]:
    currency = plan.budget.currency if plan.objective.metric == "revenue" else None
    return [svg.text(0, _TOP + _y(high, t) - 4, short(t, currency), css="tick") for t in ticks(high.high) if t]


def _labelled(points: list[readings.WhatIfPoint], wide: Scale) -> list[readings.WhatIfPoint]:
    """Choose the points whose labels do not touch: this plan's first, then both ends, then what fits."""
    chosen: list[readings.WhatIfPoint] = []
    ends = {points[0].total, points[-1].total}
    for point in sorted(points, key=lambda p: (p.multiplier != 1, p.total not in ends, p.total)):
        x = wide(float(point.total))
        if all(abs(x - wide(float(other.total))) >= _APART for other in chosen):
            chosen.append(point)
    return chosen


def _point(plan: CampaignPlan, point: readings.WhatIfPoint, *, x: float) -> list[Markup]:
    anchor = "start" if x < 0.04 else "end" if x > 0.96 else "middle"
    place = svg.across(x)
    is_plan = point.multiplier == 1
    parts = [
        svg.text(place, _TOP + _HEIGHT + 16, short(float(point.total), plan.budget.currency), css="tick", anchor=anchor)
    ]
    if point.probability_of_target is not None:
        css = "figure" if is_plan else "tick"
        parts.append(svg.text(place, 14, chance(point.probability_of_target), css=css, anchor=anchor))
    return parts


def _figures(plan: CampaignPlan, point: readings.WhatIfPoint) -> tuple[str, ...]:
    currency, metric = plan.budget.currency, plan.objective.metric
    odds = point.probability_of_target
    return (
        round_money(point.total, currency),
        f"× {number(point.multiplier)}",
        *(result(value, metric, currency) for value in (point.p10, point.p50, point.p90)),
        "not known" if odds is None else chance(odds),
    )
