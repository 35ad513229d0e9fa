"""Outcome ranges: what each channel's forecast held possible, and what came."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.outcome import ForecastCheck, Outcome
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import channel_name

_ROW, _AXIS = 44, 22
_MARKS = {"above": "better", "below": "worse", "within": "middle"}


def outcome_ranges(outcome: Outcome) -> Chart | None:
    """Draw forecast intervals for the money that was spent, with what came; None where nothing was forecast."""
    told = [check for check in outcome.channels if check.spend > 0]
    if outcome.total.expected.p90 <= 0 or not told:
        return None
    units = Units.of(outcome.metric, outcome.currency)
    title = f"Forecast and outcome: {units.told}"
    whole = outcome.total
    low, high = units.result(whole.expected.p10), units.result(whole.expected.p90)
    description = (
        f"{units.result(whole.actual)} came; eight in ten outcomes were to lie between {low} and {high} for the money "
        "that was spent."
    )
    panels = (
        _panel([whole], units, title=title, description=description),
        _panel(told, units, title=f"{title}, by channel", description="The same for each channel."),
    )
    return Chart(
        id="chart-outcome",
        title=title,
        description=description,
        panels=panels,
        legend=(
            Key("range", "P10 to P90, forecast"),
            Key("middle", "Came, as forecast"),
            Key("better", "Came, above"),
            Key("worse", "Came, below"),
        ),
        header=("", "Spent", "P10", "P50", "P90", "Came"),
        rows=tuple(_figures(check, units) for check in (whole, *told)),
    )


def _figures(check: ForecastCheck, units: Units) -> tuple[str, ...]:
    expected = check.expected
    values = (expected.p10, expected.p50, expected.p90, check.actual)
    return (_name(check), units.money(check.spend), *(units.result(value) for value in values))


def _name(check: ForecastCheck) -> str:
    return channel_name(check.channel) if check.channel else "All channels"


def _panel(checks: list[ForecastCheck], units: Units, *, title: str, description: str) -> Panel:
    scale = Scale(max(max(check.expected.p90, check.actual) for check in checks) * 1.04)
    height = _ROW * len(checks)
    parts = _grid(units, scale, height)
    for i, check in enumerate(checks):
        parts += _row(check, units, i * _ROW, scale=scale)
    caption = "By channel, on a scale of its own" if checks[0].channel else ""
    return Panel(title, description, height + _AXIS, tuple(parts), caption=caption)


def _grid(units: Units, scale: Scale, height: float) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks(scale.high):
        x = svg.across(scale(tick))
        anchor = "start" if tick == 0 else "end" if scale(tick) > 0.94 else "middle"
        parts.append(svg.line(x, 0, x, height, css="grid"))
        parts.append(svg.text(x, height + 15, units.tick(tick), css="tick", anchor=anchor))
    return parts


def _row(check: ForecastCheck, units: Units, y: float, *, scale: Scale) -> list[Markup]:
    low, middle, high = (scale(v) for v in (check.expected.p10, check.expected.p50, check.expected.p90))
    spread = f"{units.result(check.expected.p10)} – {units.result(check.expected.p90)}"
    told = f"{units.result(check.actual)}  ({spread})"
    return [
        svg.text(0, y + 14, _name(check), css="label"),
        svg.text("100%", y + 14, told, css="figure", anchor="end"),
        svg.bar(svg.across(low), y + 24, width=svg.across(high - low), height=10, css="range", radius=5, tip=told),
        svg.line(svg.across(middle), y + 22, svg.across(middle), y + 36, css="zero"),
        svg.dot(svg.across(scale(check.actual)), y + 29, radius=5, css=_MARKS[check.verdict], tip=told),
    ]
