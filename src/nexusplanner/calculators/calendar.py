"""The calendar: what is done when, within the period, each thing after what it needs.

Messages go out at one time of day on the clock of those who get them. Each send names the clocks and
the instant in UTC at which each shows that time; zones whose clocks go alike throughout the period are
one, and of more than eight only each country's own for most people is named. With no country known, the
time stands without a zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.calendar_items import Item, Kind, experiment, flight, prepared, reviews
from nexusplanner.calculators.countries import country_code
from nexusplanner.calculators.openings import USUAL_LEAD_DAYS, OpenDays
from nexusplanner.calculators.public_holidays import Holiday, holidays_between
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.send_slots import send_days
from nexusplanner.calculators.time_zones import Clock, clocks_between
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.schedule import WEEKDAYS, Schedule

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

_ABRIDGED = "The zones named are those of most people in each country; the others get it at the same hour of their own."


class _CalendarInputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    end: date
    channels: tuple[str, ...]
    direct: tuple[str, ...]
    by_post: tuple[str, ...]
    segments: tuple[str, ...]
    overlapping: tuple[tuple[str, str], ...]
    weeks: dict[str, tuple[date, ...]]
    """First days of the weeks in which each channel has money."""
    holidays: tuple[Holiday, ...]
    clocks: tuple[Clock, ...]
    is_abridged: bool
    """Whether the clocks are those of most people only."""
    unplaced: tuple[str, ...]
    schedule: Schedule
    leads: dict[str, int]

    @property
    def sending(self) -> tuple[str, ...]:
        return self.direct if self.segments else ()


def build_calendar(
    *,
    period: Period,
    flights: Calculation,
    channels: Sequence[str],
    segments: Sequence[str] = (),
    countries: Sequence[str] = (),
    direct: Sequence[str] = (),
    by_post: Sequence[str] = (),
    schedule: Schedule | None = None,
    leads: Mapping[str, int] | None = None,
    overlapping: Sequence[tuple[str, str]] = (),
    evidence: Sequence[str] = (),
) -> Calculation:
    """Put every activity on a date within the period.

    Each channel is briefed, made, built and approved in the lead days before it opens, then runs
    through its flights; channels that reach known people send to each segment instead. Channels open,
    and messages go out, on working days that are neither a public holiday in any of the audience's
    countries nor a blackout day; an opening that would fall on one moves to the next day that is open.
    Nobody hears oftener than the schedule says, not even people in two overlapping segments.

    Args:
        period: First and last day.
        flights: The ``flights`` calculation.
        channels: Channels that get money.
        segments: Ids of the segments addressed.
        countries: ISO 3166 codes or English names; others are passed over and named in ``unplaced``.
        direct: Channels that send to known people.
        by_post: Those of them that arrive at no hour.
        schedule: Blackouts, lead, time of day, working days and frequency cap.
        leads: Days of preparation each channel usually needs; five where it is not named. The
            schedule's own lead replaces them, and at most a quarter of the period is taken.
        overlapping: Pairs of segments that share people.
        evidence: Ids of evidence the dates were read from.

    Returns:
        ``calendar``: ``activities`` (by date; ``depends_on`` are indices of earlier ones), ``holidays``,
        ``leads`` (days taken a channel), ``unsent`` (channel and segment for which no day was left) and
        ``unplaced``.

    Raises:
        InputError: The blackout covers the whole period.
    """
    plan = schedule or Schedule()
    inputs = _dated(period, countries, plan) | {
        "channels": list(channels),
        "direct": [c for c in direct if c in channels],
        "by_post": [c for c in by_post if c in channels],
        "segments": list(segments),
        "overlapping": [list(pair) for pair in sorted({(min(a, b), max(a, b)) for a, b in overlapping})],
        "weeks": _weeks(flights, channels),
        "leads": {channel: days for channel, days in (leads or {}).items() if channel in channels},
    }
    return calculate(
        "calendar", inputs, explain=lambda out: _told(out, period, flights, plan), evidence=tuple(evidence)
    )


def _dated(period: Period, countries: Sequence[str], schedule: Schedule) -> JsonObject:
    """Look up what the days and clocks of the period are like, so that nothing has to be again."""
    start, end = period.start, period.end
    holidays, clocks = holidays_between(countries, start, end), clocks_between(countries, start, end)
    OpenDays(period, schedule, frozenset(h.date for h in holidays))
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "holidays": [h.model_dump(mode="json") for h in holidays],
        "clocks": [c.model_dump(mode="json") for c in clocks],
        "is_abridged": clocks != clocks_between(countries, start, end, most=None),
        "unplaced": [region for region in countries if country_code(region) is None],
        "schedule": schedule.model_dump(mode="json"),
    }


def _weeks(flights: Calculation, channels: Sequence[str]) -> JsonObject:
    weeks: dict[str, list[JsonValue]] = {}
    told = flights.outputs["flights"]
    assert isinstance(told, list)
    for row in told:
        assert isinstance(row, dict)
        weeks.setdefault(str(row["channel"]), []).append(row["week"])
    return {c: sorted(w, key=str) for c, w in weeks.items() if c in channels}


def _told(outputs: JsonObject, period: Period, flights: Calculation, schedule: Schedule) -> str:
    closed = len(schedule.closed(period.start, period.end))
    holidays, unsent, unplaced, leads = (outputs[name] for name in ("holidays", "unsent", "unplaced", "leads"))
    assert isinstance(holidays, list)
    assert isinstance(unsent, list)
    assert isinstance(unplaced, list)
    assert isinstance(leads, dict)
    shut = f"{len(holidays)} holidays" + (f" and {closed} blackout days" if closed else "")
    left_out = f"; no day was left for {len(unsent)} of its mailings" if unsent else ""
    nowhere = f"; no country is known for {', '.join(map(str, unplaced))}" if unplaced else ""
    return (
        f"Dated the work of {len(leads)} channels of {flights.id} from {period.start.isoformat()} to "
        f"{period.end.isoformat()} around {shut}, with at most {schedule.max_contacts} "
        f"message{'s' * (schedule.max_contacts > 1)} to one person in {schedule.per_days} days{left_out}{nowhere}."
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Build a calendar from plain JSON."""
    given = _CalendarInputs.model_validate(inputs)
    days = OpenDays(Period(start=given.start, end=given.end), given.schedule, frozenset(h.date for h in given.holidays))
    leads = {c: days.lead(given.leads.get(c, USUAL_LEAD_DAYS)) for c in given.channels}
    items: list[Item] = []
    for channel in given.channels:
        weeks = given.weeks.get(channel, ())
        steps = prepared(channel, days, weeks=weeks, lead=leads[channel], held=given.holidays)
        items += steps
        if channel not in given.sending:
            items.append(flight(channel, steps[-1], days, weeks=weeks, held=given.holidays))
    launches = {item.channel: item for item in items if item.kind == "launch"}
    tests = experiment(items, direct=given.sending, segments=given.segments, end=given.end)
    sends = _sends(given, days, launches, tests)
    items += [*tests[:1], *sends, *tests[1:], *reviews([*launches.values()], given.end)]
    items.append(Item("close", given.end, given.end, needs=[i for i in items if _is_last(i)]))
    return {
        "activities": _numbered(items, given),
        "holidays": [h.model_dump(mode="json") for h in given.holidays],
        "leads": {**leads},
        "unsent": _unsent(given, sends),
        "unplaced": [*given.unplaced],
    }


def _sends(given: _CalendarInputs, days: OpenDays, launches: Mapping[str, Item], tests: Sequence[Item]) -> list[Item]:
    opened = {channel: launches[channel] for channel in given.sending}
    chosen = send_days(
        list(opened),
        given.segments,
        start=min((launch.on for launch in opened.values()), default=given.end),
        end=given.end,
        shut=days.shut,
        cap_days=given.schedule.per_days,
        max_contacts=given.schedule.max_contacts,
        working=[WEEKDAYS.index(name) for name in given.schedule.working_days],
        overlapping=given.overlapping,
        opens={channel: launch.on for channel, launch in opened.items()},
    )
    return [
        Item("send", day, day, channel, segment, needs=[opened[channel], *tests[:1]])
        for day, channel, segment in chosen
    ]


def _unsent(given: _CalendarInputs, sends: Sequence[Item]) -> list[JsonValue]:
    """Name what no day was left for."""
    sent = {(item.channel, item.segment) for item in sends}
    return [
        {"channel": channel, "segment": segment}
        for channel in given.sending
        for segment in given.segments
        if (channel, segment) not in sent
    ]


def _is_last(item: Item) -> bool:
    return item.kind in ("flight", "experiment_readout", "review", "launch")


def _numbered(items: Sequence[Item], given: _CalendarInputs) -> list[JsonValue]:
    """Sort by date and turn what is needed into earlier indices."""
    ordered = sorted(items, key=lambda i: (i.on, _ORDER[i.kind], i.channel, i.segment))
    place = {id(item): index for index, item in enumerate(ordered)}
    return [_row(item, given, [*sorted({place[id(need)] for need in item.needs})]) for item in ordered]


def _row(item: Item, given: _CalendarInputs, needs: list[JsonValue]) -> JsonObject:
    is_timed = item.kind == "send" and item.channel not in given.by_post
    return {
        "kind": item.kind,
        "channel": item.channel,
        "segment": item.segment,
        "date": item.on.isoformat(),
        "end": item.end.isoformat(),
        "at": given.schedule.send_at if is_timed else None,
        "zones": [_zone(clock, item.on, given.schedule.send_at) for clock in given.clocks] if is_timed else [],
        "owner": _OWNER.get(item.kind, ""),
        "depends_on": needs,
        "note": _ABRIDGED if is_timed and given.is_abridged else item.note,
    }


def _zone(clock: Clock, day: date, at: str) -> JsonObject:
    instant = clock.instant(datetime.combine(day, time.fromisoformat(at), UTC))
    return {"countries": [*clock.countries], "zone": clock.zone, "utc": f"{instant:%Y-%m-%dT%H:%M:%SZ}"}
