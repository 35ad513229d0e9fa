"""Timeline: who worked when on a plan, one lane a node or agent, from the first that began."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nexusplanner.domain.timeline import CODE, Shift, Timeline
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import spread
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import channel_name, folded, number

_HEAD, _LANE, _BAR = 22, 20, 12
_LABELS = 0.32
"""Share of the width that the names take."""
_TICKS = 5
_STEPS = (1, 2, 5)
_LEAST = 0.002
"""Share of the width that the shortest work still shows with."""
_KEYS = {"shift-code": "Code and tools", "shift-rules": "Rules", "shift-model": "Model", "worse": "No answer"}
Lane = tuple[str, list[Shift]]


def timeline_chart(timeline: Timeline) -> Chart | None:
    """Draw a timeline; None where nobody worked."""
    if not timeline.shifts:
        return None
    lanes = _lanes(timeline.shifts)
    total = max(timeline.total_s, 0.001)
    height = _HEAD + _LANE * len(lanes)
    parts = _axis(total, height)
    for i, lane in enumerate(lanes):
        parts += _lane(lane, _HEAD + _LANE * i, total=total)
    title, description = "Who worked when", _told(timeline)
    return Chart(
        id="chart-timeline",
        title=title,
        description=description,
        panels=(Panel(title, description, height, tuple(parts)),),
        legend=tuple(Key(css, label) for css, label in _KEYS.items() if css in {_css(s) for s in timeline.shifts}),
        header=("Who", "Rung", "Began, s", "Took, s", "USD", "Attempts", "Score"),
        rows=tuple(_row(shift) for shift in timeline.shifts),
    )


def _told(timeline: Timeline) -> str:
    answers = timeline.answers
    by_models = [a for a in answers if a.calls or a.cached_calls]
    usd = sum(a.usd for a in answers)
    told = f"{_seconds(timeline.total_s)} from the brief to the plan, {len(answers)} answers"
    return (
        f"{told}, {len(by_models)} of them by models for {usd:.4f} USD." if by_models else f"{told}, all by the rules."
    )


def _lanes(shifts: Sequence[Shift]) -> list[Lane]:
    lanes: dict[str, list[Shift]] = {}
    for shift in shifts:
        lanes.setdefault(_name(shift), []).append(shift)
    return list(lanes.items())


def _name(shift: Shift) -> str:
    branch = folded(shift.branch).replace("_", " ").replace("prop-", "")
    return f"{channel_name(shift.who)}: {branch}" if branch else channel_name(shift.who)


def _axis(total: float, height: float) -> list[Markup]:
    step = _step(total / _TICKS)
    count = int(total / step) + 1
    shown = set(spread(count, _TICKS + 1))
    parts: list[Markup] = []
    for i in range(count):
        x = svg.across(_place(i * step, total))
        parts.append(svg.line(x, _HEAD - 4, x, height, css="grid"))
        if i in shown:
            parts.append(svg.text(x, 12, _seconds(i * step), css="tick"))
    return parts


def _step(least: float) -> float:
    """Return the round number of seconds that is at least as long."""
    power = 1.0
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next((power * s for s in _STEPS if power * s >= least), power * 10)


def _place(seconds: float, total: float) -> float:
    return _LABELS + (1 - _LABELS) * seconds / total


def _lane(lane: Lane, y: float, *, total: float) -> list[Markup]:
    name, shifts = lane
    label = svg.element(
        "svg", svg.text(0, 13, name, css="note"), x=0, y=y, width=svg.across(_LABELS - 0.01), height=_LANE
    )
    parts = [svg.line(0, y, "100%", y, css="grid"), label]
    for shift in shifts:
        width = max((1 - _LABELS) * shift.took_s / total, _LEAST)
        left = min(_place(shift.began_s, total), 1 - width)
        parts.append(
            svg.bar(svg.across(left), y + (_LANE - _BAR) / 2, width=svg.across(width), height=_BAR,
                    css=_css(shift), tip=_tip(shift), radius=2)
        )  # fmt: skip
    return parts


def _css(shift: Shift) -> str:
    if shift.kind == "stage":
        return "shift-code"
    if not shift.rung:
        return "worse"
    return "shift-model" if shift.calls or shift.cached_calls or shift.rung not in ("rules", CODE) else "shift-rules"


def _tip(shift: Shift) -> str:
    said = [_name(shift), shift.rung or "no answer", f"{_seconds(shift.began_s)} to {_seconds(shift.ended_s)}"]
    if shift.calls or shift.cached_calls:
        said.append(f"{shift.calls} calls, {shift.cached_calls} from cache, {shift.usd:.4f} USD")
    if shift.attempts > 1:
        said.append(f"{shift.attempts} attempts")
    if shift.score is not None:
        said.append(f"score {shift.score:.2f}")
    return ", ".join(said)


def _row(shift: Shift) -> tuple[str, ...]:
    return (
        _name(shift),
        shift.rung or "no answer",
        f"{shift.began_s:.3f}",
        f"{shift.took_s:.3f}",
        f"{shift.usd:.4f}" if shift.calls else "",
        str(shift.attempts) if shift.attempts else "",
        "" if shift.score is None else f"{shift.score:.2f}",
    )


def _seconds(value: float) -> str:
    return f"{number(round(value * 1000))} ms" if 0 < value < 1 else f"{number(round(value, 1))} s"
