"""Experiment intervals: each arm's difference from the control with its interval, as a forest plot."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup
from pydantic import JsonValue

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale, ticks
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import folded, number, percent, sentence_case
from nexusplanner.rendering.readings import ReadArm, Readout, SegmentReadout

_ROW, _AXIS = 44, 22
Write = Callable[[float], str]


def experiment_intervals(readout: Calculation | None) -> Chart | None:
    """Draw an ``experiment_readout``; None without an arm."""
    found = Readout.of(readout)
    if found is None or not found.arms:
        return None
    write = _points if _is_rate(readout) else _plain
    control = percent(found.control, 2) if write is _points else number(found.control)
    return _forest(
        list(found.arms.items()), found.metric, f"the control ({control})", level=1 - found.alpha, write=write
    )


def segment_intervals(readout: Calculation | None) -> Chart | None:
    """Draw an ``experiment_segments``: each segment's arms, and all segments together; None without one."""
    found = SegmentReadout.of(readout)
    if found is None or not any(found.segments.values()):
        return None
    several = len({name for arms in found.segments.values() for name in arms}) > 1
    rows = [(f"{s}: {n}" if several else s, arm) for s, arms in found.segments.items() for n, arm in arms.items()]
    rows += [(f"All: {n}" if several else "All", arm) for n, arm in found.overall.items()]
    write = _points if _is_rate(readout) else _plain
    return _forest(rows, found.metric, "its own control", level=1 - found.alpha, write=write)


def _forest(rows: list[tuple[str, ReadArm]], metric: str, control: str, *, level: float, write: Write) -> Chart:
    reach = max(abs(value) for _, arm in rows for value in (arm.low, arm.high, arm.lift)) or 1.0
    scale = Scale(reach * 1.06, low=-reach * 1.06)
    height = _ROW * len(rows)
    parts = _grid(scale, height, write)
    for i, (name, arm) in enumerate(rows):
        parts += _row(i * _ROW, folded(name), arm=arm, scale=scale, write=write)
    told = percent(level, 0 if round(100 * level, 6) % 1 == 0 else 1)
    title = f"What the test says: {folded(metric)}"
    description = (
        f"The dot is the difference from {control}, the bar its {told} interval; a bar that crosses the upright line "
        "leaves the question open."
    )
    return Chart(
        id="chart-experiment-readout",
        title=title,
        description=description,
        panels=(Panel(title, description, height + _AXIS, tuple(parts)),),
        legend=(Key("better", "Better"), Key("worse", "Worse"), Key("range", "Undecided")),
        header=("Arm", "Value", "Difference", "Low", "High", "p", "Decision"),
        rows=tuple(_figures(name, arm, write) for name, arm in rows),
    )


def _is_rate(readout: Calculation | None) -> bool:
    """Tell a test of rates from one of means: only means have sums of squares."""
    return readout is not None and not _has_squares(dict(readout.inputs))


def _has_squares(node: JsonValue) -> bool:
    if isinstance(node, dict):
        return node.get("squares") is not None or any(_has_squares(child) for child in node.values())
    return isinstance(node, list) and any(_has_squares(child) for child in node)


def _plain(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def _points(value: float) -> str:
    return f"{_plain(round(100 * value, 6))} pts"


def _figures(name: str, arm: ReadArm, write: Write) -> tuple[str, ...]:
    value = "not told" if arm.value is None else percent(arm.value, 2) if write is _points else number(arm.value)
    p = "not told" if arm.p_value is None else "under 0.001" if arm.p_value < 0.001 else f"{arm.p_value:.3f}"
    return (folded(name), value, write(arm.lift), write(arm.low), write(arm.high), p, _decided(arm))


def _decided(arm: ReadArm) -> str:
    return sentence_case(arm.decision) or "Not judged"


def _grid(scale: Scale, height: float, write: Write) -> list[Markup]:
    parts: list[Markup] = []
    upper = [tick for tick in ticks(scale.high, 2) if tick]
    for tick in (*(-t for t in reversed(upper)), 0.0, *upper):
        x = svg.across(scale(tick))
        anchor = "start" if scale(tick) < 0.06 else "end" if scale(tick) > 0.94 else "middle"
        parts.append(svg.line(x, 18, x, height, css="grid" if tick else "zero"))
        parts.append(svg.text(x, height + 15, write(tick) if tick else "no difference", css="tick", anchor=anchor))
    return parts


def _row(y: float, name: str, *, arm: ReadArm, scale: Scale, write: Write) -> list[Markup]:
    css = arm.decision if arm.decision in ("better", "worse") else "range"
    told = f"{write(arm.lift)}  ({write(arm.low)} to {write(arm.high)})  ·  {_decided(arm).lower()}"
    low, high = scale(arm.low), scale(arm.high)
    return [
        svg.text(0, y + 13, name, css="label"),
        svg.text("100%", y + 13, told, css="figure", anchor="end"),
        svg.bar(svg.across(low), y + 24, width=svg.across(high - low), height=8, css=css, radius=4, tip=told),
        svg.dot(svg.across(scale(arm.lift)), y + 28, radius=5, css="middle", tip=told),
    ]
