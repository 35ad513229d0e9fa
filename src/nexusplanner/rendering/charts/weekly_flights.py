"""Flights: what is spent each week, channel on channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, spread, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import channel_name, day, short_day
from nexusplanner.rendering.readings import FlightRow, Flights

_TOP, _HEIGHT, _AXIS = 14, 190, 20
_COLOURS = 7
_LABELS = 6
_MOST_WEEKS = 160
_LEFT = 0.085
"""Share of the width kept for the amounts."""
_OTHER = "other channels"


def weekly_flights(flights: Calculation | None) -> Chart | None:
    """Draw the stacked weekly spend of ``flights``; None where nothing is spent."""
    found = Flights.of(flights)
    if found is None:
        return None
    layers = _layers(found.flights)
    spend = _by_week(found.flights, layers)
    peak = max((sum(week.values()) for week in spend.values()), default=0.0)
    if peak <= 0:
        return None
    weeks, units = _whole(spend), Units.of("revenue", found.currency)
    title = "Money by week"
    top = max(spend, key=lambda week: (sum(spend[week].values()), -week.toordinal()))
    run = f"each of {len(weeks)}" if len(weeks) == len(spend) else f"{len(spend)} of {len(weeks)}"
    description = f"Spend in {run} weeks; the highest is the week of {short_day(top)} with {units.money(peak)}."
    scale = Scale(peak * 1.04)
    parts = [*_grid(scale, units), *_axis(weeks)]
    for i, week in enumerate(weeks):
        amounts = [(name, spend.get(week, {}).get(name, 0.0)) for name in layers]
        tips = [f"{channel_name(n)}, week of {short_day(week)}: {units.money(a)}" for n, a in amounts]
        parts += _stack(_place(i, weeks), 0.86 * (1 - _LEFT) / len(weeks), [scale(a) for _, a in amounts], tips=tips)
    return Chart(
        id="chart-flights",
        title=title,
        description=description,
        panels=(Panel(title, description, _TOP + _HEIGHT + _AXIS, tuple(parts)),),
        legend=tuple(Key(f"layer-{i}", channel_name(name)) for i, name in enumerate(layers)),
        header=("Week of", *(channel_name(name) for name in layers)),
        rows=tuple((day(w), *(units.money(spend[w].get(name, 0.0)) for name in layers)) for w in sorted(spend)),
    )


def _layers(flights: Sequence[FlightRow]) -> list[str]:
    """Name the layers, the largest channel first; the smallest ones share the last colour."""
    totals: dict[str, float] = {}
    for flight in flights:
        totals[flight.channel] = totals.get(flight.channel, 0.0) + float(flight.amount)
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    return ranked if len(ranked) <= _COLOURS else [*ranked[: _COLOURS - 1], _OTHER]


def _by_week(flights: Sequence[FlightRow], layers: Sequence[str]) -> dict[date, dict[str, float]]:
    own = set(layers)
    spend: dict[date, dict[str, float]] = {}
    for flight in flights:
        week = spend.setdefault(flight.week, {})
        name = flight.channel if flight.channel in own else _OTHER
        week[name] = week.get(name, 0.0) + float(flight.amount)
    return spend


def _whole(spend: Mapping[date, dict[str, float]]) -> list[date]:
    """List the weeks from the first to the last, those without money too; pauses longer than years are left out."""
    first, last = min(spend), max(spend)
    between = range(0, min((last - first).days, 7 * _MOST_WEEKS) + 1, 7)
    found = {*spend, *(first + timedelta(days=k) for k in between)}
    return sorted(found if len(between) <= _MOST_WEEKS else spend)


def _place(index: int, weeks: list[date]) -> float:
    return _LEFT + index * (1 - _LEFT) / len(weeks)


def _grid(scale: Scale, units: Units) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks(scale.high):
        y = _TOP + (1 - scale(tick)) * _HEIGHT
        parts.append(svg.line(svg.across(_LEFT), y, "100%", y, css="grid" if tick else "base"))
        parts.append(svg.text(0, y + 4, units.money_tick(tick), css="tick"))
    return parts


def _axis(weeks: list[date]) -> list[Markup]:
    y = _TOP + _HEIGHT + 15
    places = spread(len(weeks), _LABELS)
    return [svg.text(svg.across(_place(i, weeks)), y, short_day(weeks[i]), css="tick") for i in places]


def _stack(x: float, width: float, shares: list[float], *, tips: list[str]) -> list[Markup]:
    parts: list[Markup] = []
    floor = float(_TOP + _HEIGHT)
    for i, (share, tip) in enumerate(zip(shares, tips, strict=True)):
        floor -= share * _HEIGHT
        if share > 0:
            tall = share * _HEIGHT
            parts.append(svg.bar(svg.across(x), floor, width=svg.across(width), height=tall, css=f"layer-{i}", tip=tip))
    return parts
