"""Stop boundaries: what lead ends a running test at each look, as won, as lost or as hopeless."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import day, number, percent, short_day
from nexusplanner.rendering.readings import DatedLooks, SequentialDesign

_TOP, _HEIGHT, _AXIS = 18, 200, 24
_LEFT = 0.11
"""Share of the width kept for the amounts."""
_RIGHT = 0.97
_APART = 0.1
"""Least distance of two labels, as a share of the width."""


@dataclass(frozen=True)
class _Stop:
    at: float
    """Where the look stands, 0-1."""
    label: str
    won: float
    hopeless: float | None


def design_boundaries(design: Calculation | None) -> Chart | None:
    """Draw a ``sequential_design``: standard errors at each look."""
    found = SequentialDesign.of(design)
    if found is None:
        return None
    stops = [_Stop(x.information, percent(x.information), x.z, x.futility) for x in found.looks]
    description = (
        f"Standard errors by which an arm must lead at each look, by share of all information: {len(stops)} looks, "
        f"error {percent(found.alpha)} and power {percent(found.power)} over all of them, with at most "
        f"{number(round(found.inflation, 3))} times the people of a test with one look."
    )
    return _chart("When the test stops: lead in standard errors", description, "Information", stops, _errors)


def look_boundaries(looks: Calculation | None) -> Chart | None:
    """Draw ``experiment_looks``: leads on their days."""
    found = DatedLooks.of(looks)
    if found is None:
        return None
    days = [(x.date - found.start).days + 1 for x in found.looks]
    stops = [
        _Stop(passed / max(*days, 1), short_day(x.date), x.lead, x.hopeless_below)
        for passed, x in zip(days, found.looks, strict=True)
    ]
    unit, write = ("percentage points", _points) if found.sd is None else ("the metric's unit", number)
    first, last = day(found.looks[0].date), day(found.looks[-1].date)
    dates = f"{len(stops)} looks, {first} to {last}" if len(stops) > 1 else f"one look, {last}"
    description = f"Lead over the hold-out at the close of each look's day: {dates}; drawn on {day(found.start)}."
    return _chart(f"When the test stops: lead in {unit}", description, "Look", stops, write)


def _chart(title: str, description: str, first: str, stops: Sequence[_Stop], write: Callable[[float], str]) -> Chart:
    reach = 1.08 * max(max(abs(s.won), abs(s.hopeless or 0.0)) for s in stops) or 1.0
    high = Scale(reach, low=-reach)
    parts = [*_grid(high, write), *_lines(stops, high), *_axis(stops), *_dots(stops, high, write)]
    hopeless = (Key("target", "Below: may be given up"),) if any(s.hopeless is not None for s in stops) else ()
    return Chart(
        id="chart-stop-boundaries",
        title=title,
        description=description,
        panels=(Panel(title, description, _TOP + _HEIGHT + _AXIS, tuple(parts)),),
        legend=(Key("better", "Above: won"), Key("worse", "Below: lost"), *hopeless),
        header=(first, "Won above", "Lost below", "Hopeless below"),
        rows=tuple((s.label, write(s.won), write(-s.won), _told(s.hopeless, write)) for s in stops),
    )


def _errors(value: float) -> str:
    return number(round(value, 3))


def _points(value: float) -> str:
    return number(round(100 * value, 6))


def _told(value: float | None, write: Callable[[float], str]) -> str:
    return "not given up" if value is None else write(value)


def _across(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _y(high: Scale, value: float) -> float:
    return (1 - high(value)) * _HEIGHT


def _grid(high: Scale, write: Callable[[float], str]) -> list[Markup]:
    upper = [tick for tick in ticks(high.high, 2) if tick]
    parts: list[Markup] = []
    for tick in (*(-t for t in reversed(upper)), 0.0, *upper):
        y = _TOP + _y(high, tick)
        parts.append(svg.line(svg.across(_LEFT), y, "100%", y, css="grid" if tick else "base"))
        parts.append(svg.text(0, y + 4, write(tick), css="tick"))
    return parts


def _lines(stops: Sequence[_Stop], high: Scale) -> list[Markup]:
    def placed(values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(100 * _across(at), _y(high, value)) for at, value in values]

    kept = [(s.at, s.hopeless) for s in stops if s.hopeless is not None]
    paths = [
        svg.path(placed([(s.at, s.won) for s in stops]), css="limit won"),
        svg.path(placed([(s.at, -s.won) for s in stops]), css="limit lost"),
        svg.path(placed(kept), css="limit given-up"),
    ]
    return [svg.stretched(paths if kept else paths[:2], height=_HEIGHT, top=_TOP)]


def _dots(stops: Sequence[_Stop], high: Scale, write: Callable[[float], str]) -> list[Markup]:
    parts: list[Markup] = []
    for s in stops:
        marks = [("better", s.won, "won above"), ("worse", -s.won, "lost below")]
        marks += [("given-up", s.hopeless, "hopeless below")] if s.hopeless is not None else []
        for css, value, told in marks:
            tip = f"{s.label}: {told} {write(value)}"
            parts.append(svg.dot(svg.across(_across(s.at)), _TOP + _y(high, value), radius=4.5, css=css, tip=tip))
    return parts


def _axis(stops: Sequence[_Stop]) -> list[Markup]:
    """Name the looks, the last always, none so near another that they touch."""
    shown: list[_Stop] = []
    for stop in reversed(stops):
        if all(other.at - stop.at >= _APART for other in shown):
            shown.append(stop)
    y = _TOP + _HEIGHT + 16
    return [svg.text(svg.across(_across(s.at)), y, s.label, css="tick", anchor="middle") for s in shown]
