"""What-if fan: what more or less money would bring, and how sure one may be."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import chance, number
from nexusplanner.rendering.readings import WhatIf, WhatIfPoint

_TOP, _HEIGHT, _AXIS = 34, 220, 24
_LEFT = 0.085
"""Share of the width kept for the amounts."""
_APART = 0.14
"""Least distance of two labels, as a share of the width."""


def what_if_fan(what_if: Calculation | None) -> Chart | None:
    """Draw the fan of a ``what_if`` over other budgets; None where fewer than two could be split."""
    found = WhatIf.of(what_if)
    if found is None:
        return None
    units, target = Units.of(found.metric, found.currency), found.target
    points = sorted(found.points, key=lambda p: p.total)
    wide = Scale(float(points[-1].total), low=float(points[0].total))
    high = Scale(max(target or 0.0, *(p.p90 for p in points)) * 1.05)
    if wide.high <= wide.low or high.high <= 0:
        return None
    title = f"With more money, or less: {units.told}"
    description = f"{found.metric.capitalize()} by total budget: the line is P50, the band P10 to P90."
    if target:
        description += " The dashed line is the target; above, the chance of reaching it."
    parts = [
        *_grid(high),
        svg.stretched(_fan(points, wide, high=high), height=_HEIGHT, top=_TOP),
        *_target(high, target),
        *_ticks(units, high),
        *(part for p in _labelled(points, wide) for part in _point(units, p, x=wide(float(p.total)))),
        *(
            svg.dot(svg.across(_across(wide(float(p.total)))), _TOP + _y(high, p.p50), radius=5, css="middle")
            for p in points
            if p.multiplier == 1
        ),
    ]
    return Chart(
        id="chart-what-if",
        title=title,
        description=description,
        panels=(Panel(title, description, _TOP + _HEIGHT + _AXIS, tuple(parts)),),
        legend=_legend(points, target),
        header=("Budget", "Of this one", "P10", "P50", "P90", "Chance of the target"),
        rows=tuple(_figures(units, p) for p in points),
    )


def _legend(points: Sequence[WhatIfPoint], target: float | None) -> tuple[Key, ...]:
    keys = [Key("range", "P10 to P90")]
    keys += [Key("middle", "This budget")] if any(p.multiplier == 1 for p in points) else []
    return tuple([*keys, Key("target", "Target")] if target else keys)


def _y(high: Scale, value: float) -> float:
    return (1 - high(value)) * _HEIGHT


def _fan(points: Sequence[WhatIfPoint], wide: Scale, *, high: Scale) -> list[Markup]:
    xs = [100 * _across(wide(float(p.total))) for p in points]
    upper = [(x, _y(high, p.p90)) for x, p in zip(xs, points, strict=True)]
    lower = [(x, _y(high, p.p10)) for x, p in zip(xs, points, strict=True)]
    middle = [(x, _y(high, p.p50)) for x, p in zip(xs, points, strict=True)]
    return [svg.path([*upper, *reversed(lower)], css="fan", closed=True), svg.path(middle, css="curve")]


def _across(share: float) -> float:
    return _LEFT + share * (1 - _LEFT)


def _target(high: Scale, target: float | None) -> list[Markup]:
    if not target:
        return []
    y = _TOP + _y(high, target)
    return [svg.line(svg.across(_LEFT), y, "100%", y, css="target-line")]


def _grid(high: Scale) -> list[Markup]:
    places = [(tick, _TOP + _y(high, tick)) for tick in ticks(high.high)]
    return [svg.line(svg.across(_LEFT), y, "100%", y, css="grid" if tick else "base") for tick, y in places]


def _ticks(units: Units, high: Scale) -> list[Markup]:
    return [svg.text(0, _TOP + _y(high, t) + 4, units.tick(t), css="tick") for t in ticks(high.high)]


def _labelled(points: Sequence[WhatIfPoint], wide: Scale) -> list[WhatIfPoint]:
    """Choose the points whose labels do not touch: this plan's first, then both ends, then what fits."""
    chosen: list[WhatIfPoint] = []
    ends = {points[0].total, points[-1].total}
    for point in sorted(points, key=lambda p: (p.multiplier != 1, p.total not in ends, p.total)):
        x = wide(float(point.total))
        if all(abs(x - wide(float(other.total))) >= _APART for other in chosen):
            chosen.append(point)
    return chosen


def _point(units: Units, point: WhatIfPoint, *, x: float) -> list[Markup]:
    anchor = "start" if x < 0.04 else "end" if x > 0.96 else "middle"
    place = svg.across(_across(x))
    is_plan = point.multiplier == 1
    label = units.money_tick(float(point.total))
    parts = [svg.text(place, _TOP + _HEIGHT + 16, label, css="tick", anchor=anchor)]
    if point.probability_of_target is not None:
        css = "figure" if is_plan else "tick"
        parts.append(svg.text(place, 14, chance(point.probability_of_target), css=css, anchor=anchor))
    return parts


def _figures(units: Units, point: WhatIfPoint) -> tuple[str, ...]:
    odds = point.probability_of_target
    return (
        units.money(point.total),
        f"× {number(point.multiplier)}",
        *(units.result(value) for value in (point.p10, point.p50, point.p90)),
        "not known" if odds is None else chance(odds),
    )
