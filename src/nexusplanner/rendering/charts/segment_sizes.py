"""Segment sizes: how many customers each segment has, how many of them can be reached, and what they are worth."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import folded, number, percent
from nexusplanner.rendering.readings import SegmentRow, Segments

_ROW = 42


def segment_sizes(segments: Calculation | None) -> Chart | None:
    """Draw ``customer_segments``; None for a base without customers."""
    found = Segments.of(segments)
    if found is None or not found.segments or max(s.size for s in found.segments) <= 0:
        return None
    units = Units.of("revenue", found.currency)
    ranked = sorted(found.segments, key=lambda s: (-s.value, -s.size, s.name))
    scale = Scale(max(s.size for s in ranked))
    parts = [part for i, s in enumerate(ranked) for part in _row(i * _ROW, s, units=units, scale=scale)]
    reached = sum(s.contactable for s in ranked)
    title = "Who the customers are"
    description = (
        f"{number(sum(s.size for s in ranked))} customers in {len(ranked)} segments, most valuable first: the bar is "
        f"all of them, its dark part the {number(reached)} with a recorded consent. Value is the last year's revenue."
    )
    return Chart(
        id="chart-segments",
        title=title,
        description=description,
        panels=(Panel(title, description, _ROW * len(ranked), tuple(parts)),),
        legend=(Key("bar", "Can be reached"), Key("range", "All")),
        header=("Segment", "Customers", "Share", "Can be reached", "Value, last year"),
        rows=tuple(_figures(s, units) for s in ranked),
    )


def _figures(segment: SegmentRow, units: Units) -> tuple[str, ...]:
    share = percent(segment.share, 1)
    return (
        folded(segment.name),
        number(segment.size),
        share,
        number(segment.contactable),
        units.money(round(segment.value)),
    )


def _row(y: float, segment: SegmentRow, *, units: Units, scale: Scale) -> list[Markup]:
    name, size, share, reached, value = _figures(segment, units)
    told = f"{size} customers  ·  {reached} reachable  ·  {value}"
    within = scale(min(segment.contactable, segment.size))
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, told, css="figure", anchor="end"),
        svg.bar(
            0, y + 22, width=svg.across(scale(segment.size)), height=10, css="range", radius=2, tip=f"{name}: {share}"
        ),
        svg.bar(0, y + 22, width=svg.across(within), height=10, css="bar", radius=2, tip=f"{name}: {reached}"),
    ]
