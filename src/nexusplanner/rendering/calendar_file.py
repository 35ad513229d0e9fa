"""The calendar as iCalendar (RFC 5545): one event an activity, all day long or at the hour of a send.

Sends are written in UTC (form 2 of section 3.3.5), which every calendar shows at its owner's own hour and
which needs no definition of a zone. Without a zone the hour floats (form 1): it is meant on every clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Activity
from nexusplanner.rendering.facts import audience_names
from nexusplanner.rendering.format import channel_name, folded

if TYPE_CHECKING:
    from icalendar import Event


def to_icalendar(plan: CampaignPlan) -> str:
    """Write the calendar for import elsewhere.

    Event ids follow from plan id and place, and the sequence from the version: importing a later
    version of a plan moves its events instead of doubling them. Stamped with the planning day.

    A send lasts from the first of the audience's clocks to show its hour to the last; one with a single
    clock, or with none known, has a beginning and no length.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//NexusPlanner//Campaign plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", folded(plan.brief.name))
    names = audience_names(plan)
    for index in range(len(plan.calendar)):
        calendar.add_component(_event(plan, index, names))
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def _event(plan: CampaignPlan, index: int, names: dict[str, str]) -> Event:
    from icalendar import Event

    activity = plan.calendar[index]
    event = Event()
    event.add("uid", _uid(plan, index))
    event.add("dtstamp", _stamp(plan.created_at))
    event.add("sequence", max(plan.version - 1, 0))
    for name, when in _span(activity):
        event.add(name, when)
    event.add("summary", _summary(activity))
    event.add("description", _description(plan, activity, names))
    if folded(activity.channel):
        event.add("categories", [channel_name(activity.channel)])
    event.add("transp", "TRANSPARENT")
    for before in activity.depends_on:
        event.add("related-to", _uid(plan, before), parameters={"RELTYPE": "DEPENDS-ON"})
    return event


def _span(activity: Activity) -> Iterator[tuple[str, date]]:
    if activity.at is None:
        yield "dtstart", activity.date
        yield "dtend", activity.end + timedelta(days=1)
        return
    instants = sorted(_stamp(zone.utc) for zone in activity.zones)
    yield "dtstart", instants[0] if instants else datetime.combine(activity.date, time.fromisoformat(activity.at))
    if len(set(instants)) > 1:
        yield "dtend", instants[-1]


def _uid(plan: CampaignPlan, index: int) -> str:
    return f"{folded(plan.root)}-{index}@nexusplanner"


def _stamp(created: datetime) -> datetime:
    return created.replace(tzinfo=UTC) if created.tzinfo is None else created.astimezone(UTC)


def _summary(activity: Activity) -> str:
    return ": ".join(part for part in (channel_name(activity.channel), folded(activity.activity)) if part)


def _description(plan: CampaignPlan, activity: Activity, names: dict[str, str]) -> str:
    lines = [f"Owner: {folded(activity.owner)}"]
    if activity.segment:
        lines.append(f"Segment: {folded(names.get(activity.segment, activity.segment))}")
    lines += _hours(activity)
    if activity.note:
        lines.append(folded(activity.note))
    before = [plan.calendar[i].activity for i in activity.depends_on if 0 <= i < len(plan.calendar)]
    if before:
        lines.append(f"After: {'; '.join(folded(words) for words in before)}")
    lines.append(f"Plan: {folded(plan.id)} version {plan.version}")
    return "\n".join(lines)


def _hours(activity: Activity) -> list[str]:
    if activity.at is None:
        return []
    told = [f"{folded(zone.zone)} ({', '.join(zone.countries)}): {_stamp(zone.utc):%Y-%m-%d %H:%M} UTC"
            for zone in activity.zones]  # fmt: skip
    where = "on the clock of those who get it" if told else "on the clock of those who get it; no zone is known"
    return [f"At {activity.at} {where}", *told]
