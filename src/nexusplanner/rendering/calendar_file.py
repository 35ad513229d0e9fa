"""The calendar as iCalendar (RFC 5545): one all-day event an activity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
    event.add("dtstart", activity.date)
    event.add("dtend", activity.end + timedelta(days=1))
    event.add("summary", _summary(activity))
    event.add("description", _description(plan, activity, names))
    if folded(activity.channel):
        event.add("categories", [channel_name(activity.channel)])
    event.add("transp", "TRANSPARENT")
    for before in activity.depends_on:
        event.add("related-to", _uid(plan, before), parameters={"RELTYPE": "DEPENDS-ON"})
    return event


def _uid(plan: CampaignPlan, index: int) -> str:
    return f"{folded(plan.id)}-{index}@nexusplanner"


def _stamp(created: datetime) -> datetime:
    return created.replace(tzinfo=UTC) if created.tzinfo is None else created.astimezone(UTC)


def _summary(activity: Activity) -> str:
    return ": ".join(part for part in (channel_name(activity.channel), folded(activity.activity)) if part)


def _description(plan: CampaignPlan, activity: Activity, names: dict[str, str]) -> str:
    lines = [f"Owner: {folded(activity.owner)}"]
    if activity.segment:
        lines.append(f"Segment: {folded(names.get(activity.segment, activity.segment))}")
    before = [plan.calendar[i].activity for i in activity.depends_on if 0 <= i < len(plan.calendar)]
    if before:
        lines.append(f"After: {'; '.join(folded(words) for words in before)}")
    lines.append(f"Plan: {folded(plan.id)} version {plan.version}")
    return "\n".join(lines)
