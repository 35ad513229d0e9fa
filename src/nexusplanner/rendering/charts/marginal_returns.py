"""Marginal returns: what the next bit of money brings in each channel, alike where no bound binds."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.budget_split import held_by
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.facts import step_of
from nexusplanner.rendering.format import channel_name, number
from nexusplanner.rendering.readings import Allocation, AllocationLine

_ROW = 32
_ALIKE = 0.05
"""Free channels whose returns differ by less, relative, are said to be alike."""


def marginal_returns(allocation: Calculation | None) -> Chart | None:
    """Draw the return on one more unit of money of an ``allocation``; None where no channel has any."""
    found = Allocation.of(allocation)
    lines = sorted(found.lines, key=lambda b: (-b.marginal_return, b.channel)) if found else []
    if found is None or not lines or lines[0].marginal_return <= 0:
        return None
    units, step = Units.of(found.metric, found.currency), step_of(found.total)
    unit = f"More {found.metric} for the next {units.money(step)}"
    scale = Scale(lines[0].marginal_return)
    parts = [*_level(lines, scale, height=_ROW * len(lines))]
    for i, line in enumerate(lines):
        parts += _row(i * _ROW, line, figure=_gain(units, line, step), share=scale(line.marginal_return))
    title, description = "What the next money brings", f"{unit}. {_compared(lines)}"
    is_held = any(held_by(line) for line in lines)
    return Chart(
        id="chart-marginal",
        title=title,
        description=description,
        panels=(Panel(title, description, _ROW * len(lines), tuple(parts)),),
        legend=(Key("middle", "Free to move"), Key("bound", "Held by a bound")) if is_held else (),
        header=("Channel", unit, "Bound"),
        rows=tuple((channel_name(b.channel), _gain(units, b, step), held_by(b) or "none") for b in lines),
    )


def _gain(units: Units, line: AllocationLine, step: int) -> str:
    """Write what one step of money brings; counts keep their decimals, which tell channels apart."""
    gain = line.marginal_return * step
    return units.result(gain) if units.metric == "revenue" and units.currency else number(gain)


def _free(lines: Sequence[AllocationLine]) -> list[float]:
    return [line.marginal_return for line in lines if not held_by(line)]


def _compared(lines: Sequence[AllocationLine]) -> str:
    """Say whether moving money would gain anything."""
    free = _free(lines)
    held = len(lines) - len(free)
    beside = " A channel that a bound holds may stand apart." if held else ""
    if len(free) > 1 and max(free) - min(free) <= _ALIKE * max(free):
        return (
            f"The {len(free)} channels that no bound holds are alike: moving money between them gains nothing.{beside}"
        )
    if len(free) > 1:
        return (
            f"The channels that no bound holds differ: on average, money moved to the upper ones brings more.{beside}"
        )
    return "Where two figures are alike, moving money between those channels gains nothing." + beside


def _level(lines: Sequence[AllocationLine], scale: Scale, *, height: float) -> list[Markup]:
    """Draw an upright line through the free channels where they are alike."""
    free = _free(lines)
    if len(free) < 2 or max(free) - min(free) > _ALIKE * max(free):
        return []
    x = _place(scale(sum(free) / len(free)))
    return [svg.line(x, 0, x, height, css="level")]


def _place(share: float) -> str:
    return svg.across(0.993 * share)


def _row(y: float, line: AllocationLine, *, figure: str, share: float) -> list[Markup]:
    name, bound = channel_name(line.channel), held_by(line)
    x = _place(share)
    return [
        svg.text(0, y + 13, f"{name} — {bound}" if bound else name, css="label"),
        svg.text("100%", y + 13, figure, css="figure", anchor="end"),
        svg.line(0, y + 22, "100%", y + 22, css="grid"),
        svg.line(0, y + 22, x, y + 22, css="stem"),
        svg.dot(x, y + 22, radius=4, css="bound" if bound else "middle", tip=f"{name}: {figure}"),
    ]
