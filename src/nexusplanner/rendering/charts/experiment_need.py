"""Experiment need: the people a test takes against those there are, and the rise it can find."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import number, percent
from nexusplanner.rendering.readings import ExperimentSize

_ROW, _AXIS = 42, 22


def experiment_need(size: Calculation | None) -> Chart | None:
    """Draw an ``experiment_size``; None where no people are told."""
    found = ExperimentSize.of(size)
    if found is None or max(found.audience, found.held_out, found.treated) <= 0:
        return None
    title = "Whom the test takes, and what it can find"
    description = _described(found)
    css = "bar" if found.is_feasible else "bar held"
    rows = [("Held out", found.held_out, css), ("Treated", found.treated, css), ("There are", found.audience, "range")]
    scale = Scale(max(amount for _, amount, _ in rows) * 1.02)
    people = [part for i, row in enumerate(rows) for part in _bar(i * _ROW, row, scale)]
    panels = [Panel("People", description, _ROW * len(rows), tuple(people), caption="People")]
    is_rate = found.sd is None and found.mde is not None
    if is_rate:
        caption = "Rate, from the baseline to the least rise found"
        panels.append(Panel("Rate", description, _ROW + _AXIS, tuple(_rise(found)), caption=caption))
    return Chart(
        id="chart-experiment-size",
        title=title,
        description=description,
        panels=tuple(panels),
        legend=(Key("middle", "Baseline"), Key("target", "Least rise it finds")) if is_rate else (),
        header=("", "Figure"),
        rows=(
            ("Held out", number(found.held_out)),
            ("Treated, in all", number(found.treated)),
            ("People there are", number(found.audience)),
            ("Baseline", _level(found, found.baseline)),
            ("Least rise found", _least(found)),
            ("Days", number(found.days)),
        ),
    )


def _described(found: ExperimentSize) -> str:
    needed = number(found.held_out + found.treated)
    enough = "there are enough" if found.is_feasible else "there are not enough"
    told = (
        f"{number(found.held_out)} people held out and {number(found.treated)} treated, {needed} in all, of "
        f"{number(found.audience)} who can be reached: {enough}."
    )
    if found.mde is None:
        return f"{told} It can find no difference."
    low, high = _level(found, found.baseline), _level(found, found.baseline + found.mde)
    return (
        f"{told} It finds a rise from {low} to {high} in {found.days} days, with power {percent(found.power)} at an "
        f"error of {percent(found.alpha)}."
    )


def _level(found: ExperimentSize, value: float) -> str:
    return percent(value, 2) if found.sd is None else number(value)


def _least(found: ExperimentSize) -> str:
    if found.mde is None:
        return "none"
    return f"{number(100 * found.mde)} points" if found.sd is None else number(found.mde)


def _bar(y: float, row: tuple[str, int, str], scale: Scale) -> list[Markup]:
    name, amount, css = row
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, number(amount), css="figure", anchor="end"),
        svg.bar(0, y + 22, width="100%", height=8, css="track", radius=2),
        svg.bar(
            0, y + 22, width=svg.across(scale(amount)), height=8, css=css, radius=2, tip=f"{name}: {number(amount)}"
        ),
    ]


def _rise(found: ExperimentSize) -> list[Markup]:
    rise = found.mde or 0.0
    top = found.baseline + rise
    scale = Scale(min(top * 1.15, 1.0) or 1.0)
    low, high = svg.across(scale(found.baseline)), svg.across(scale(top))
    parts: list[Markup] = []
    for tick in ticks(scale.high):
        x = svg.across(scale(tick))
        anchor = "start" if tick == 0 else "end" if scale(tick) > 0.94 else "middle"
        parts.append(svg.line(x, 0, x, _ROW, css="grid"))
        parts.append(
            svg.text(x, _ROW + 15, percent(tick, 0 if tick * 100 % 1 < 1e-9 else 1), css="tick", anchor=anchor)
        )
    told = f"{percent(found.baseline, 2)} to {percent(top, 2)}"
    return [
        *parts,
        svg.text(0, 14, f"+{number(100 * rise)} points", css="label"),
        svg.text("100%", 14, told, css="figure", anchor="end"),
        svg.bar(low, 22, width=svg.across(scale(top) - scale(found.baseline)), height=10, css="range", tip=told),
        svg.dot(low, 27, radius=5, css="middle", tip=told),
        svg.line(high, 19, high, 36, css="target-line solid"),
    ]
