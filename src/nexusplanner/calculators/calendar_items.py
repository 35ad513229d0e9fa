"""The calendar's items: what is done for each channel, and for all of them, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from nexusplanner.calculators.openings import OpenDays
from nexusplanner.calculators.public_holidays import Holiday

Kind = Literal[
    "brief",
    "creative",
    "build",
    "approve",
    "launch",
    "flight",
    "send",
    "experiment_start",
    "review",
    "experiment_readout",
    "close",
]
_NAMED_HOLIDAYS = 3


@dataclass
class Item:
    """Something that is done, and what must be done before."""

    kind: Kind
    on: date
    end: date
    channel: str = ""
    segment: str = ""
    note: str = ""
    needs: list[Item] = field(default_factory=list)


def prepared(channel: str, days: OpenDays, *, weeks: Sequence[date], lead: int, held: Sequence[Holiday]) -> list[Item]:
    """Date what comes before a channel opens; each step ends before or on the day the next begins."""
    start, end = days.period.start, days.period.end
    ready = start + timedelta(days=lead)
    meant = min(max(weeks[0] if weeks else ready, ready), end)
    opening = days.from_day(meant)
    first = max(start, opening - timedelta(days=lead))
    span = (opening - first).days
    made, built = (first + timedelta(days=span * part // 5) for part in (3, 4))
    brief = Item("brief", first, first, channel)
    creative = Item("creative", first, made, channel, needs=[brief])
    build = Item("build", made, built, channel, needs=[creative])
    approve = Item("approve", built, built, channel, needs=[creative, build])
    launch = Item("launch", opening, opening, channel, note=_moved(meant, opening, days, held), needs=[approve])
    return [brief, creative, build, approve, launch]


def _moved(meant: date, opening: date, days: OpenDays, held: Sequence[Holiday]) -> str:
    falls = named([h for h in held if h.date == opening])
    if falls:
        return f"Falls on {falls}: no other day is open."
    why = named([h for h in held if h.date == meant])
    if not why and meant in days.blackout:
        why = f"a blackout day, {meant}"
    return f"Moved from {why}." if why and meant != opening else ""


def named(holidays: Sequence[Holiday]) -> str:
    """Name holidays with country and day: ``Presidents' Day (US, 2027-02-15)``; the first three of many."""
    told = [f"{h.name} ({h.country}, {h.date})" for h in holidays[:_NAMED_HOLIDAYS]]
    more = ["more"] if len(holidays) > _NAMED_HOLIDAYS else []
    return " and ".join(part for part in (", ".join(told), *more) if part)


def flight(channel: str, launch: Item, days: OpenDays, *, weeks: Sequence[date], held: Sequence[Holiday]) -> Item:
    """Date a channel's run, from its opening to the end of its last week with money."""
    end = days.period.end
    last = max(min(weeks[-1] + timedelta(days=6), end) if weeks else end, launch.on)
    over = named([h for h in held if launch.on <= h.date <= last])
    notes = (f"Runs over {over}." if over else "", *_paused(weeks, last, days))
    return Item("flight", launch.on, last, channel, note=" ".join(n for n in notes if n), needs=[launch])


def _paused(weeks: Sequence[date], last: date, days: OpenDays) -> Iterator[str]:
    """Say which weeks of a flight are wholly shut."""
    week = weeks[0] if weeks else last
    shut: list[str] = []
    while week <= last:
        inside = [week + timedelta(days=k) for k in range(7) if week + timedelta(days=k) <= last]
        if week not in weeks and all(day in days.blackout for day in inside):
            shut.append(str(week))
        week += timedelta(days=7)
    if shut:
        yield f"No money in the blackout week{'s' if len(shut) > 1 else ''} of {', '.join(shut)}."


def experiment(items: Sequence[Item], *, direct: Sequence[str], segments: Sequence[str], end: date) -> list[Item]:
    """Draw the hold-out before the first send and read it at the end, where known people are written to."""
    openings = [i.on for i in items if i.kind == "launch" and i.channel in direct]
    if not segments or not openings:
        return []
    day = min(openings)
    approved = [i for i in items if i.kind == "approve" and i.channel in direct and i.end <= day]
    start = Item("experiment_start", day, day, segment=segments[0], needs=approved)
    read = max(day, end - timedelta(days=min(3, (end - day).days // 10)))
    return [start, Item("experiment_readout", read, end, segment=segments[0], needs=[start])]


def reviews(launches: Sequence[Item], end: date) -> list[Item]:
    """Review after two weeks, then every fourth week; none where the period is shorter."""
    if not launches:
        return []
    opening = min(launch.on for launch in launches)
    running = [launch for launch in launches if launch.on == opening]
    days = [opening + timedelta(days=14 + 28 * k) for k in range((end - opening).days // 28 + 1)]
    return [Item("review", day, day, needs=running) for day in days if day < end]
