"""Budget split: one bar a channel with amount and share, what holds it, and what is held back."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.units import Units
from nexusplanner.rendering.format import channel_name, money, percent
from nexusplanner.rendering.readings import Allocation, AllocationLine

_ROW = 40
_BOUNDS = {"minimum": "held up by its minimum", "maximum": "held down by its maximum"}


@dataclass(frozen=True)
class _Bar:
    name: str
    note: str
    figure: str
    amount: float
    css: str


def held_by(line: AllocationLine) -> str:
    """Say what keeps a line from getting more or less; empty where nothing does."""
    if line.is_capped:
        return "held to an equal share, unproven"
    return _BOUNDS.get(line.bound, "")


def budget_split(allocation: Calculation | None) -> Chart | None:
    """Draw where the money of an ``allocation`` goes; None for one that spends none."""
    found = Allocation.of(allocation)
    if found is None or not found.lines or found.total <= 0:
        return None
    units = Units.of(found.metric, found.currency)
    lines = sorted(found.lines, key=lambda line: (-line.amount, line.channel))
    bars = [_bar(line, units) for line in lines]
    if found.contingency:
        held = percent(float(found.contingency / found.total), 1)
        told = f"{units.money(found.contingency)}  ·  {held} of all"
        bars.append(_Bar("Held back as contingency", "", told, float(found.contingency), "bar held"))
    scale = Scale(max(bar.amount for bar in bars))
    parts = [part for i, bar in enumerate(bars) for part in _row(i * _ROW, bar, scale)]
    title, description = "Where the money goes", _described(found, lines, units)
    is_beyond = any(line.beyond_observed for line in lines)
    return Chart(
        id="chart-budget",
        title=title,
        description=description,
        panels=(Panel(title, description, _ROW * len(bars), tuple(parts)),),
        legend=(Key("bar", "Within what was ever spent in a week"), Key("bar stretched", "Beyond it"))
        if is_beyond
        else (),
        header=(
            "Channel",
            "Amount",
            "Share of money spent",
            "The next unit of money brings",
            "Bound",
            "Beyond observed",
        ),
        rows=tuple(_figures(line, units) for line in lines),
    )


def _described(found: Allocation, lines: list[AllocationLine], units: Units) -> str:
    largest = lines[0]
    count = f"the most of {len(lines)} channels" if len(lines) > 1 else "the only channel"
    return (
        f"{channel_name(largest.channel)} takes {percent(largest.share)} of the money spent, {count}; "
        f"{units.money(found.contingency)} of {units.money(found.total)} is held back."
    )


def _bar(line: AllocationLine, units: Units) -> _Bar:
    css = "bar stretched" if line.beyond_observed else "bar"
    told = f"{units.money(line.amount)}  ·  {percent(line.share, 1)}"
    return _Bar(channel_name(line.channel), held_by(line), told, float(line.amount), css)


def _figures(line: AllocationLine, units: Units) -> tuple[str, ...]:
    return (
        channel_name(line.channel),
        money(line.amount, units.currency) if units.currency else units.money(line.amount),
        percent(line.share, 1),
        f"{line.marginal_return:.3g}",
        held_by(line) or "none",
        "yes" if line.beyond_observed else "no",
    )


def _row(y: float, bar: _Bar, scale: Scale) -> list[Markup]:
    across = svg.across(scale(bar.amount))
    return [
        svg.text(0, y + 14, f"{bar.name} — {bar.note}" if bar.note else bar.name, css="label"),
        svg.text("100%", y + 14, bar.figure, css="figure", anchor="end"),
        svg.bar(0, y + 22, width="100%", height=8, css="track", radius=2),
        svg.bar(0, y + 22, width=across, height=8, css=bar.css, radius=2, tip=f"{bar.name}: {bar.figure}"),
    ]
