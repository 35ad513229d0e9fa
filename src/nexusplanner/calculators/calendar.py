"""The calendar: what is done when, within the period, each thing after what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.public_holidays import Holiday, holidays_between
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.send_slots import send_days
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

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
_ORDER: dict[Kind, int] = {
    "brief": 0,
    "creative": 1,
    "build": 2,
    "approve": 3,
    "experiment_start": 4,
    "launch": 5,
    "flight": 6,
    "send": 7,
    "review": 8,
    "experiment_readout": 9,
    "close": 10,
}
_OWNER: dict[Kind, str] = {
    "brief": "Marketing lead",
    "creative": "Creative",
    "approve": "Approver",
    "experiment_start": "Analytics",
    "review": "Analytics",
    "experiment_readout": "Analytics",
    "close": "Marketing lead",
}
_USUAL_LEAD_DAYS = 5
_SLOT = "10:00 in the recipient's own time zone"


class _CalendarInputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    end: date
    channels: tuple[str, ...]
    direct: tuple[str, ...]
    segments: tuple[str, ...]
    weeks: dict[str, tuple[date, ...]]
    """First days of the weeks in which each channel has money."""
    holidays: tuple[Holiday, ...]
    blackout: tuple[date, ...]
    lead_days: int | None
    cap_days: int


@dataclass
class _Item:
    kind: Kind
    on: date
    end: date
    channel: str = ""
    segment: str = ""
    note: str = ""
    needs: list[_Item] = field(default_factory=list)


def build_calendar(
    *,
    period: Period,
    flights: Calculation,
    channels: Sequence[str],
    segments: Sequence[str] = (),
    countries: Sequence[str] = (),
    direct: Sequence[str] = (),
    blackout: Sequence[date] = (),
    lead_days: int | None = None,
    cap_days: int = 7,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Put every activity on a date within the period.

    Each channel is briefed, made, built and approved in the lead days before it opens, then runs
    through its flights; channels that reach known people send to each segment instead. Nothing is
    sent on a public holiday of the audience's countries, on a blackout date or at a weekend, and no
    segment hears twice within ``cap_days``.

    Args:
        period: First and last day.
        flights: The ``flights`` calculation.
        channels: Channels that get money.
        segments: Ids of the segments addressed.
        countries: ISO 3166 codes or English names; others are passed over.
        direct: Channels that send to known people.
        blackout: Days on which nothing is sent.
        lead_days: Days of preparation at the start; at most a quarter of the period, usually five.
        cap_days: At least so many days between two sends to one segment.
        evidence: Ids of evidence the dates were read from.
    """
    holidays = holidays_between(countries, period.start, period.end)
    weeks: dict[str, list[JsonValue]] = {}
    told = flights.outputs["flights"]
    assert isinstance(told, list)
    for flight in told:
        assert isinstance(flight, dict)
        weeks.setdefault(str(flight["channel"]), []).append(flight["week"])
    flighted: dict[str, JsonValue] = {c: sorted(w, key=str) for c, w in weeks.items() if c in channels}
    return calculate(
        "calendar",
        {
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "channels": list(channels),
            "direct": [c for c in direct if c in channels],
            "segments": list(segments),
            "weeks": flighted,
            "holidays": [h.model_dump(mode="json") for h in holidays],
            "blackout": [*sorted({day.isoformat() for day in blackout})],
            "lead_days": lead_days,
            "cap_days": cap_days,
        },
        explain=lambda _: (
            f"Dated the work of {len(channels)} channels from {period.start.isoformat()} to {period.end.isoformat()} "
            f"around {len(holidays)} holidays."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Build a calendar from plain JSON."""
    given = _CalendarInputs.model_validate(inputs)
    lead = _lead(given)
    items: list[_Item] = []
    launches: list[_Item] = []
    for channel in given.channels:
        prepared = _prepared(given, channel, lead)
        items += prepared
        launches.append(prepared[-1])
        if channel not in given.direct or not given.segments:
            items.append(_flight(given, channel, prepared[-1]))
    tests = _experiment(given, items)
    items += tests[:1] + _sends(given, launches, tests) + tests[1:]
    items += _reviews(given, launches)
    items.append(_Item("close", given.end, given.end, needs=[i for i in items if i.kind != "close" and _is_last(i)]))
    return {
        "activities": _numbered(items),
        "holidays": [h.model_dump(mode="json") for h in given.holidays],
        "lead_days": lead,
    }


def _lead(given: _CalendarInputs) -> int:
    wanted = _USUAL_LEAD_DAYS if given.lead_days is None else given.lead_days
    return max(0, min(wanted, ((given.end - given.start).days + 1) // 4))


def _opening(given: _CalendarInputs, channel: str, lead: int) -> date:
    """Return the day a channel opens: its first flight, but not before it can be ready."""
    ready = given.start + timedelta(days=lead)
    weeks = given.weeks.get(channel, ())
    return min(max(weeks[0] if weeks else ready, ready), given.end)


def _prepared(given: _CalendarInputs, channel: str, lead: int) -> list[_Item]:
    """Date what comes before a channel opens; each step ends before or on the day the next begins."""
    opening = _opening(given, channel, lead)
    first = opening - timedelta(days=lead)
    made = first + timedelta(days=lead * 3 // 5)
    built = first + timedelta(days=lead * 4 // 5)
    brief = _Item("brief", first, first, channel)
    creative = _Item("creative", first, made, channel, needs=[brief])
    build = _Item("build", made, built, channel, needs=[creative])
    approve = _Item("approve", built, built, channel, needs=[creative, build])
    launch = _Item("launch", opening, opening, channel, needs=[approve])
    return [brief, creative, build, approve, launch]


def _flight(given: _CalendarInputs, channel: str, launch: _Item) -> _Item:
    weeks = given.weeks.get(channel, ())
    last = min(weeks[-1] + timedelta(days=6), given.end) if weeks else given.end
    return _Item("flight", launch.on, max(last, launch.on), channel, needs=[launch])


def _experiment(given: _CalendarInputs, items: list[_Item]) -> list[_Item]:
    """Draw the hold-out before the first send and read it at the end, where known people are written to."""
    approved = [i for i in items if i.kind == "approve" and i.channel in given.direct]
    opening = [i.on for i in items if i.kind == "launch" and i.channel in given.direct]
    if not given.segments or not opening:
        return []
    day = max(min(opening), max(i.end for i in approved))
    start = _Item("experiment_start", day, day, segment=given.segments[0], needs=approved)
    read = max(day, given.end - timedelta(days=min(3, (given.end - given.start).days // 10)))
    return [start, _Item("experiment_readout", read, given.end, segment=given.segments[0], needs=[start])]


def _sends(given: _CalendarInputs, launches: list[_Item], tests: list[_Item]) -> list[_Item]:
    shut = {h.date for h in given.holidays} | set(given.blackout)
    opened = {launch.channel: launch for launch in launches if launch.channel in given.direct}
    start = max([launch.on for launch in opened.values()] + [t.on for t in tests[:1]], default=given.end)
    chosen = send_days(
        list(opened), given.segments, start=start, end=given.end, shut=frozenset(shut), cap_days=given.cap_days
    )
    return [
        _Item("send", day, day, channel, segment, _SLOT, needs=[opened[channel], *tests[:1]])
        for day, channel, segment in chosen
    ]


def _reviews(given: _CalendarInputs, launches: list[_Item]) -> list[_Item]:
    """Review after two weeks, then every fourth week; none where the period is shorter."""
    if not launches:
        return []
    opening = min(launch.on for launch in launches)
    running = [launch for launch in launches if launch.on == opening]
    days = [opening + timedelta(days=14 + 28 * k) for k in range((given.end - opening).days // 28 + 1)]
    return [_Item("review", day, day, needs=running) for day in days if day < given.end]


def _is_last(item: _Item) -> bool:
    return item.kind in ("flight", "experiment_readout", "review", "launch")


def _numbered(items: list[_Item]) -> list[JsonValue]:
    """Sort by date and turn what is needed into earlier indices."""
    ordered = sorted(items, key=lambda i: (i.on, _ORDER[i.kind], i.channel, i.segment))
    place = {id(item): index for index, item in enumerate(ordered)}
    rows: list[JsonValue] = []
    for item in ordered:
        needs: list[JsonValue] = []
        needs += sorted({place[id(need)] for need in item.needs})
        rows.append(
            {
                "kind": item.kind,
                "channel": item.channel,
                "segment": item.segment,
                "date": item.on.isoformat(),
                "end": item.end.isoformat(),
                "owner": _OWNER.get(item.kind, ""),
                "depends_on": needs,
                "note": item.note,
            }
        )
    return rows
