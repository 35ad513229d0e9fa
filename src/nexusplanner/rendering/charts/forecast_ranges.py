"""Forecast ranges: P10, P50 and P90 of the whole against the target, and of each channel."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import chance, channel_name
from nexusplanner.rendering.readings import Forecast, Span

_ROW, _AXIS = 44, 22


def forecast_ranges(forecast: Calculation | None, *, currency: str | None = None) -> Chart | None:
    """Draw how much a ``forecast`` may bring; None where nothing is forecast."""
    whole = Forecast.of(forecast)
    if whole is None or whole.p90 <= 0:
        return None
    units = Units.of(whole.metric, currency)
    title = f"How much it may bring: {units.told}"
    description = _described(whole, units)
    channels = sorted(whole.by_channel.items(), key=lambda pair: (-pair[1].p50, pair[0]))
    rows: list[tuple[str, Span]] = [
        ("All channels", whole),
        *((channel_name(name), found) for name, found in channels),
    ]
    panels = [_panel(rows[:1], units, target=whole.target, title=title, description=description)]
    if len(rows) > 1:
        panels.append(
            _panel(rows[1:], units, target=None, title=f"{title}, by channel", description="The range of each channel.")
        )
    return Chart(
        id="chart-forecast",
        title=title,
        description=description,
        panels=tuple(panels),
        legend=(
            Key("range", "P10 to P90"),
            Key("middle", "P50"),
            *((Key("target", "Target"),) if whole.target else ()),
        ),
        header=("", "P10", "P50", "P90"),
        rows=tuple((name, *(units.result(v) for v in (r.p10, r.p50, r.p90))) for name, r in rows),
    )


def _described(whole: Forecast, units: Units) -> str:
    told = (
        f"Eight in ten outcomes lie between {units.result(whole.p10)} and {units.result(whole.p90)}, half above "
        f"{units.result(whole.p50)}."
    )
    if whole.target is None or whole.probability_of_target is None:
        return told
    reached = chance(whole.probability_of_target)
    return f"{told} The chance of reaching the target of {units.result(whole.target)} is {reached}."


def _panel(rows: list[tuple[str, Span]], units: Units, *, target: float | None, title: str, description: str) -> Panel:
    scale = Scale(max([found.p90 for _, found in rows] + ([target] if target else [])) * 1.04)
    height = _ROW * len(rows) + (8 if target else 0)
    parts = _grid(units, scale, height)
    for i, (name, found) in enumerate(rows):
        parts += _row(units, i * _ROW, name, found=found, scale=scale)
    if target:
        parts.append(_target(scale, target, height))
    caption = "By channel, on a scale of its own" if rows[0][0] != "All channels" else ""
    return Panel(title, description, height + _AXIS, tuple(parts), caption=caption)


def _grid(units: Units, scale: Scale, height: float) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks(scale.high):
        x = svg.across(scale(tick))
        anchor = "start" if tick == 0 else "end" if scale(tick) > 0.94 else "middle"
        parts.append(svg.line(x, 0, x, height, css="grid"))
        parts.append(svg.text(x, height + 15, units.tick(tick), css="tick", anchor=anchor))
    return parts


def _target(scale: Scale, target: float, height: float) -> Markup:
    x = svg.across(scale(target))
    return svg.line(x, 19, x, height, css="target-line")


def _row(units: Units, y: float, name: str, *, found: Span, scale: Scale) -> list[Markup]:
    low, middle, high = scale(found.p10), scale(found.p50), scale(found.p90)
    told = f"{units.result(found.p50)}  ({units.result(found.p10)} – {units.result(found.p90)})"
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, told, css="figure", anchor="end"),
        svg.bar(svg.across(low), y + 24, width=svg.across(high - low), height=10, css="range", radius=5, tip=told),
        svg.dot(svg.across(middle), y + 29, radius=5, css="middle", tip=told),
    ]
