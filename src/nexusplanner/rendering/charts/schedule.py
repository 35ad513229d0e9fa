"""Schedule: who does what when, one lane a channel over the weeks of the period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import spread
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.format import channel_name, folded, sentence_case, short_day, span
from nexusplanner.rendering.readings import DatedCalendar, DatedWork

_HEAD, _LABEL, _BAR, _GAP = 22, 23, 18, 6
_LABELS = 6
_READABLE = 0.16
"""Share of the width from which a bar carries its own words."""


@dataclass(frozen=True)
class Work:
    """Something that is done on some days, as its bar tells it."""

    date: dt.date
    end: dt.date
    channel: str
    activity: str
    owner: str = ""


Lane = tuple[str, list[list[Work]]]


def schedule(plan: CampaignPlan) -> Chart | None:
    """Draw the calendar; None for a plan without activities."""
    work = [Work(a.date, a.end, a.channel, a.activity, a.owner) for a in plan.calendar]
    return _drawn(work, plan.brief.period.start, plan.brief.period.end)


def dated_schedule(calendar: Calculation | None) -> Chart | None:
    """Draw a ``calendar``, each activity named by its kind; None where it dates nothing."""
    found = DatedCalendar.of(calendar)
    if found is None:
        return None
    work = [Work(a.date, a.end, a.channel, _named(a), a.owner) for a in found.activities]
    return _drawn(work, found.start, found.end)


def _named(row: DatedWork) -> str:
    return f"{sentence_case(row.kind)} to {row.segment}" if row.kind == "send" else sentence_case(row.kind)


def _drawn(work: Sequence[Work], first: date, last: date) -> Chart | None:
    if not work:
        return None
    start, end = min(first, *(a.date for a in work)), max(last, *(a.end for a in work))
    days = (end - start).days + 1
    lanes = _lanes(work)
    height = _HEAD + sum(_tall(lane) for lane in lanes)
    parts = _weeks(start, days, height=height)
    y = float(_HEAD)
    for lane in lanes:
        parts += _lane(lane, y, start=start, days=days)
        y += _tall(lane)
    title = "Who does what when"
    description = f"{len(work)} activities in {len(lanes)} lanes, {span(start, end)}."
    return Chart(
        id="chart-schedule",
        title=title,
        description=description,
        panels=(Panel(title, description, height, tuple(parts)),),
        legend=(Key("task", "Runs for days"), Key("task day", "One day")),
        header=(),
        rows=(),
    )


def _lanes(work: Sequence[Work]) -> list[Lane]:
    """Group activities by channel in the order of their first day, and pack each lane without overlaps."""
    by_channel: dict[str, list[Work]] = {}
    for activity in sorted(work, key=lambda a: (a.date, a.end, a.channel, a.activity)):
        by_channel.setdefault(activity.channel, []).append(activity)
    return [(channel_name(name) or "All channels", _packed(found)) for name, found in by_channel.items()]


def _packed(activities: list[Work]) -> list[list[Work]]:
    rows: list[list[Work]] = []
    for activity in activities:
        free = next((row for row in rows if row[-1].end < activity.date), None)
        if free is None:
            rows.append([activity])
        else:
            free.append(activity)
    return rows


def _tall(lane: Lane) -> float:
    return _LABEL + (_BAR + 3) * len(lane[1]) + _GAP


def _weeks(start: date, days: int, *, height: float) -> list[Markup]:
    weeks = -(-days // 7)
    labelled = set(spread(weeks, _LABELS))
    parts: list[Markup] = []
    for week in range(weeks):
        x = svg.across(7 * week / days)
        parts.append(svg.line(x, _HEAD - 4, x, height, css="grid"))
        if week in labelled:
            parts.append(svg.text(x, 12, short_day(start + timedelta(days=7 * week)), css="tick"))
    return parts


def _lane(lane: Lane, y: float, *, start: date, days: int) -> list[Markup]:
    name, rows = lane
    parts = [svg.line(0, y, "100%", y, css="base"), svg.text(0, y + 16, name, css="label")]
    for i, row in enumerate(rows):
        for activity in row:
            parts += _bar(activity, y + _LABEL + (_BAR + 3) * i, start=start, days=days)
    return parts


def _bar(activity: Work, y: float, *, start: date, days: int) -> list[Markup]:
    left = (activity.date - start).days / days
    width = ((activity.end - activity.date).days + 1) / days
    told = folded(
        f"{span(activity.date, activity.end)}: {activity.activity}{f' ({activity.owner})' if activity.owner else ''}"
    )
    css = "task" if width > 1.5 / days else "task day"
    parts = [svg.bar(svg.across(left), y, width=svg.across(width), height=_BAR, css=css, tip=told, radius=3)]
    if width >= _READABLE:
        words = svg.text(6, 13, activity.activity, css="in-bar")
        clipped = svg.element("svg", words, x=svg.across(left), y=y, width=svg.across(width), height=_BAR)
        parts.append(clipped)
    return parts
