"""Forecast fan: what has come by the end of each week, and how sure one may be of it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, spread, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.readings import Forecast, WeekSpan

_TOP, _HEIGHT, _AXIS = 18, 210, 24
_LABELS = 13
_LEFT = 0.085
"""Share of the width kept for the amounts."""


def forecast_fan(forecast: Calculation | None, *, currency: str | None = None) -> Chart | None:
    """Draw a ``forecast`` week by week; None where it has fewer than two weeks or brings nothing."""
    found = Forecast.of(forecast)
    if found is None or len(found.by_week) < 2 or found.p90 <= 0:
        return None
    units, weeks = Units.of(found.metric, currency), found.by_week
    high = Scale(max(found.target or 0.0, *(week.p90 for week in weeks)) * 1.05)
    title = f"How it adds up, week by week: {units.told}"
    half = weeks[(len(weeks) + 1) // 2 - 1]
    description = (
        f"From the first week to the end of each: the line is P50, the band P10 to P90. After week {half.week} of "
        f"{len(weeks)}, eight in ten outcomes lie between {units.result(half.p10)} and {units.result(half.p90)}."
    )
    parts = [
        *(svg.line(svg.across(_LEFT), y, "100%", y, css="grid" if tick else "base") for tick, y in _places(high)),
        *(svg.text(0, y + 4, units.tick(tick), css="tick") for tick, y in _places(high)),
        svg.stretched(_fan(weeks, high), height=_HEIGHT, top=_TOP),
        *_target(found.target, high),
        *_axis(weeks),
    ]
    keys = (Key("range", "P10 to P90"), Key("middle", "P50"))
    return Chart(
        id="chart-forecast-fan",
        title=title,
        description=description,
        panels=(Panel(title, description, _TOP + _HEIGHT + _AXIS, tuple(parts)),),
        legend=(*keys, Key("target", "Target")) if found.target else keys,
        header=("By the end of week", "P10", "P50", "P90"),
        rows=tuple((str(week.week), *(units.result(v) for v in (week.p10, week.p50, week.p90))) for week in weeks),
    )


def _places(high: Scale) -> list[tuple[float, float]]:
    return [(tick, _TOP + (1 - high(tick)) * _HEIGHT) for tick in ticks(high.high)]


def _fan(weeks: Sequence[WeekSpan], high: Scale) -> list[Markup]:
    def placed(values: Sequence[float]) -> list[tuple[float, float]]:
        told = [0.0, *values]
        return [(100 * _across(i / len(weeks)), (1 - high(value)) * _HEIGHT) for i, value in enumerate(told)]

    lower, upper = placed([week.p10 for week in weeks]), placed([week.p90 for week in weeks])
    middle = placed([week.p50 for week in weeks])
    return [svg.path([*upper, *reversed(lower)], css="fan", closed=True), svg.path(middle, css="curve")]


def _target(target: float | None, high: Scale) -> list[Markup]:
    if not target:
        return []
    y = _TOP + (1 - high(target)) * _HEIGHT
    return [svg.line(svg.across(_LEFT), y, "100%", y, css="target-line")]


def _across(share: float) -> float:
    return _LEFT + share * (1 - _LEFT)


def _axis(weeks: Sequence[WeekSpan]) -> list[Markup]:
    """Name the ends of weeks, the last always, none so near to it that they touch."""
    count, y = len(weeks), _TOP + _HEIGHT + 16
    step = spread(count, _LABELS)
    apart = step[1] if len(step) > 1 else 1
    shown = [i for i in range(apart, count, apart) if count - i >= apart]
    parts = [svg.text(svg.across(_across(i / count)), y, str(i), css="tick", anchor="middle") for i in shown]
    return [
        svg.text(svg.across(_LEFT), y, "week", css="tick"),
        *parts,
        svg.text("100%", y, str(count), css="tick", anchor="end"),
    ]
