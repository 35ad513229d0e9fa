"""Flights: what is spent each week, channel on channel."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, spread, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import channel_name, day, round_money, short, short_day

_TOP, _HEIGHT, _AXIS = 14, 190, 20
_COLOURS = 7
_LABELS = 6
_LEFT = 0.085
"""Share of the width kept for the amounts."""
_OTHER = "other channels"


def weekly_flights(plan: CampaignPlan) -> Chart | None:
    """Draw stacked weekly spend; None for a plan without flights."""
    spend = _by_week(plan)
    peak = max((sum(week.values()) for week in spend.values()), default=0.0)
    if peak <= 0:
        return None
    layers, weeks, currency = _layers(plan), sorted(spend), plan.budget.currency
    title = "Money by week"
    top = max(weeks, key=lambda week: (sum(spend[week].values()), -week.toordinal()))
    description = (
        f"Spend in each of {len(weeks)} weeks; the highest is the week of {short_day(top)} with "
        f"{round_money(round(peak, 2), currency)}."
    )
    scale = Scale(peak * 1.04)
    parts = [*_grid(scale, currency), *_axis(weeks)]
    for i, week in enumerate(weeks):
        amounts = [(name, spend[week].get(name, 0.0)) for name in layers]
        tips = [f"{channel_name(n)}, week of {short_day(week)}: {_told(a, currency)}" for n, a in amounts]
        parts += _stack(_place(i, weeks), 0.86 * (1 - _LEFT) / len(weeks), [scale(a) for _, a in amounts], tips=tips)
    drawn = svg.drawing(
        "chart-flights-0", title=title, description=description, height=_TOP + _HEIGHT + _AXIS, parts=parts
    )
    return Chart(
        id="chart-flights",
        title=title,
        description=description,
        panels=(Panel(drawn),),
        legend=tuple(Key(f"layer-{i}", channel_name(name)) for i, name in enumerate(layers)),
        header=("Week of", *(channel_name(name) for name in layers)),
        rows=tuple((day(w), *(_told(spend[w].get(name, 0.0), currency) for name in layers)) for w in weeks),
    )


def _told(amount: float, currency: str) -> str:
    return round_money(round(amount, 2), currency)


def _layers(plan: CampaignPlan) -> list[str]:
    """Name the layers, the largest channel first; the smallest ones share the last colour."""
    totals: dict[str, float] = {}
    for flight in plan.budget.flights:
        totals[flight.channel] = totals.get(flight.channel, 0.0) + float(flight.amount)
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    return ranked if len(ranked) <= _COLOURS else [*ranked[: _COLOURS - 1], _OTHER]


def _by_week(plan: CampaignPlan) -> dict[date, dict[str, float]]:
    own = set(_layers(plan))
    spend: dict[date, dict[str, float]] = {}
    for flight in plan.budget.flights:
        week = spend.setdefault(flight.week, {})
        name = flight.channel if flight.channel in own else _OTHER
        week[name] = week.get(name, 0.0) + float(flight.amount)
    return spend


def _place(index: int, weeks: list[date]) -> float:
    return _LEFT + index * (1 - _LEFT) / len(weeks)


def _grid(scale: Scale, currency: str) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks(scale.high):
        y = _TOP + (1 - scale(tick)) * _HEIGHT
        parts.append(svg.line(svg.across(_LEFT), y, "100%", y, css="grid" if tick else "base"))
        parts.append(svg.text(0, y + 4, short(tick, currency), css="tick"))
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
