"""Response curves: what each channel answers to money, how sure that is, and the point that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import channel_name
from nexusplanner.rendering.readings import Allocation, Curve, Curves

_HEIGHT, _AXIS, _TOP = 132, 20, 16
_BADGES = {"measured": "", "pooled": "pooled", "assumed": "assumed"}
Point = tuple[float, float]


@dataclass(frozen=True)
class _Drawn:
    """One channel's curve, the weekly money chosen on it, and the scales it is drawn in."""

    name: str
    curve: Curve
    spend: float | None
    wide: Scale
    high: Scale

    @classmethod
    def of(cls, name: str, curve: Curve, spend: float | None) -> _Drawn:
        top = max(y for _, y in (*curve.points, *curve.band))
        # A band that is many times as high as its curve would press the curve flat.
        limit = 3 * max(y for _, y in curve.points)
        return cls(
            name,
            curve,
            spend,
            wide=Scale(max(curve.points[-1][0], spend or 0.0) * 1.02),
            high=Scale((min(top, limit) if limit > 0 else top) * 1.08 or 1.0),
        )

    def placed(self, points: Sequence[Point]) -> list[Point]:
        """Return points in the stretched view."""
        return [(100 * self.wide(x), (_HEIGHT - _TOP) * (1 - self.high(y))) for x, y in points]


def response_curves(
    curves: Calculation | None, *, chosen: Calculation | None = None, currency: str | None = None
) -> Chart | None:
    """Draw one small panel a channel; with an allocation, its channels and the point it chose on each.

    Args:
        curves: ``response_curves``.
        chosen: An ``allocation``; its average week is marked.
        currency: What the money is in, where no allocation tells.
    """
    found, split = Curves.of(curves), Allocation.of(chosen)
    if found is None or (chosen is not None and split is None):
        return None
    weekly = split.weekly if split else dict.fromkeys(found.channels)
    drawn = [_Drawn.of(name, found.channels[name], spend) for name, spend in weekly.items() if name in found.channels]
    if not drawn:
        return None
    units = Units.of(found.metric, split.currency if split else currency)
    return Chart(
        id="chart-curves",
        title="What each channel answers to money",
        description=_described(found, drawn),
        panels=tuple(_panel(one, units) for one in drawn),
        legend=_legend(drawn, has_point=split is not None),
        header=("Channel", "Weekly spend", f"Weekly {found.metric}", "P10", "P90", "Most spent in a week", "Curve"),
        rows=tuple(_figures(one, units) for one in drawn),
    )


def response_at(points: Sequence[Point], spend: float) -> float:
    """Read a curve at a spend, straight between its points and flat beyond the last."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= spend <= x1:
            return y0 + (y1 - y0) * ((spend - x0) / (x1 - x0) if x1 > x0 else 0.0)
    return points[-1][1] if spend > points[-1][0] else points[0][1]


def _described(found: Curves, drawn: Sequence[_Drawn]) -> str:
    parts = [f"Weekly {found.metric} for weekly spend, in steady state; each panel has its own scale."]
    if any(one.curve.band for one in drawn):
        parts.append("The band holds the curve in eight cases of ten.")
    if any(one.spend is not None for one in drawn):
        parts.append("The dot is the average week that was chosen.")
    parts.append(
        "A curve is dashed where no history carries it: beyond the most ever spent in a week, and where it is pooled "
        "(borrowed from the other channels) or assumed (from the brief alone)."
    )
    return " ".join(parts)


def _legend(drawn: Sequence[_Drawn], *, has_point: bool) -> tuple[Key, ...]:
    keys = [Key("range", "P10 to P90")] if any(one.curve.band for one in drawn) else []
    keys += [Key("middle", "The average week chosen")] if has_point else []
    seen = any(0 < one.curve.observed.max_spend <= one.wide.high for one in drawn)
    return tuple([*keys, Key("seen", "Most spent in a week so far")] if seen else keys)


def _figures(one: _Drawn, units: Units) -> tuple[str, ...]:
    most = one.curve.observed.max_spend
    spend = (most or one.curve.points[-1][0]) if one.spend is None else one.spend
    spends = [x for x, _ in one.curve.points]
    band = (
        [list(zip(spends, side, strict=False)) for side in zip(*one.curve.band, strict=True)] if one.curve.band else []
    )
    told = [units.result(response_at(side, spend)) for side in band] or ["not known", "not known"]
    return (
        channel_name(one.name),
        units.money(spend),
        units.result(response_at(one.curve.points, spend)),
        *told,
        units.money(most) if most > 0 else "none",
        one.curve.status,
    )


def _panel(one: _Drawn, units: Units) -> Panel:
    told = _figures(one, units)
    words = f"{told[1]} a week brings {told[2]} {units.metric} a week."
    parts = [
        *_grid(units, one.high),
        svg.stretched([*_band(one), *_paths(one)], height=_HEIGHT - _TOP, top=_TOP),
        *_seen(one),
        *_point(one, words),
        *_axis(units, one.wide),
    ]
    name = channel_name(one.name)
    return Panel(
        f"Response of {name}",
        words,
        _HEIGHT + _AXIS,
        tuple(parts),
        caption=name,
        badge=_BADGES[one.curve.status],
    )


def _band(one: _Drawn) -> list[Markup]:
    if len(one.curve.band) != len(one.curve.points):
        return []
    spends = [x for x, _ in one.curve.points]
    low, high = ([(x, pair[i]) for x, pair in zip(spends, one.curve.band, strict=True)] for i in (0, 1))
    return [svg.path(one.placed([*high, *reversed(low)]), css="fan", closed=True)]


def _paths(one: _Drawn) -> list[Markup]:
    curve = one.curve
    seen = curve.observed.max_spend if curve.status == "measured" else 0.0
    edge = (seen, response_at(curve.points, seen))

    def drawn(points: Sequence[Point], css: str) -> list[Markup]:
        return [svg.path(one.placed(points), css=css)] if len(points) > 1 else []

    known = [p for p in curve.points if p[0] < seen]
    beyond = [p for p in curve.points if p[0] > seen]
    if one.spend is not None and one.spend > curve.points[-1][0]:
        beyond.append((one.spend, curve.points[-1][1]))
    within = [*known, edge] if beyond and known else known
    return drawn(within, "curve") + drawn([edge, *beyond] if known else curve.points, "curve beyond")


def _point(one: _Drawn, words: str) -> list[Markup]:
    if one.spend is None:
        return []
    y = _TOP + (1 - one.high(response_at(one.curve.points, one.spend))) * (_HEIGHT - _TOP)
    return [svg.dot(svg.across(one.wide(one.spend)), y, radius=5, css="middle", tip=words)]


def _seen(one: _Drawn) -> list[Markup]:
    most = one.curve.observed.max_spend
    if not 0 < most <= one.wide.high:
        return []
    x = svg.across(one.wide(most))
    return [svg.line(x, _TOP, x, _HEIGHT, css="seen")]


def _grid(units: Units, high: Scale) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks(high.high, 3):
        y = _TOP + (1 - high(tick)) * (_HEIGHT - _TOP)
        parts.append(svg.line(0, y, "100%", y, css="grid" if tick else "base"))
        if tick:
            parts.append(svg.text(0, y - 3, units.tick(tick), css="tick"))
    return parts


def _axis(units: Units, wide: Scale) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks(wide.high, 3):
        anchor = "start" if tick == 0 else "end" if wide(tick) > 0.88 else "middle"
        parts.append(svg.text(svg.across(wide(tick)), _HEIGHT + 15, units.money_tick(tick), css="tick", anchor=anchor))
    return parts
