"""calendar.ics must be read back by an iCalendar reader with the plan's dates and words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from icalendar.cal import Component

from nexusplanner.domain.change import Refinement
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import SendTime
from nexusplanner.rendering import to_icalendar
from nexusplanner.rendering.format import folded
from nexusplanner.testing.plans import sample_plan


def _events(plan: CampaignPlan) -> list[Component]:
    return list(Calendar.from_ical(to_icalendar(plan)).walk("VEVENT"))


def test_every_activity_is_an_all_day_event_with_its_dates() -> None:
    plan = sample_plan()
    found = [(e.decoded("dtstart"), e.decoded("dtend") - timedelta(days=1)) for e in _events(plan)]
    assert found == [(a.date, a.end) for a in plan.calendar]


def test_events_are_stamped_with_the_planning_day_and_not_with_the_clock() -> None:
    plan = sample_plan()
    assert {e.decoded("dtstamp") for e in _events(plan)} == {datetime(2025, 2, 17, tzinfo=UTC)}
    local = plan.model_copy(update={"created_at": datetime(2025, 2, 17)})  # noqa: DTZ001
    assert to_icalendar(local) == to_icalendar(plan)


def test_a_later_version_moves_the_events_instead_of_doubling_them() -> None:
    plan = sample_plan()
    origin = Refinement(parent=plan.id, root=plan.id)
    first, second = _events(plan), _events(sample_plan(id="plan-" + "ab" * 8, version=2, refinement=origin))
    assert [e.decoded("uid") for e in first] == [e.decoded("uid") for e in second]
    assert len({e.decoded("uid") for e in first}) == len(first)
    assert {e.decoded("sequence") for e in first} == {0}
    assert {e.decoded("sequence") for e in second} == {1}


def test_dependencies_point_at_events_of_the_same_file() -> None:
    events = _events(sample_plan())
    uids = {str(e["uid"]) for e in events}
    needed = [e["related-to"] for e in events if "related-to" in e]
    flat = [str(uid) for entry in needed for uid in (entry if isinstance(entry, list) else [entry])]
    assert flat
    assert set(flat) <= uids


def test_naughty_strings_are_words_of_one_event(naughty_plans: tuple[CampaignPlan, ...]) -> None:
    """No text opens another component or property; what is read back is what was planned, folded."""
    for plan in naughty_plans:
        written = to_icalendar(plan)
        events = _events(plan)
        assert len(events) == len(plan.calendar)
        assert {str(name) for e in events for name in e} <= {
            "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "CATEGORIES", "DESCRIPTION", "TRANSP",
            "RELATED-TO",
        }  # fmt: skip
        for event, activity in zip(events, plan.calendar, strict=True):
            assert folded(activity.activity) in str(event["summary"])
        assert "\r" not in written.replace("\r\n", "")


def test_words_cannot_end_a_line_and_begin_a_property() -> None:
    plan = sample_plan()
    nasty = "x\r\nATTENDEE:mailto:a@b.example\r\nEND:VEVENT\r\nBEGIN:VEVENT"
    calendar = tuple(a.model_copy(update={"activity": nasty, "owner": nasty, "channel": nasty}) for a in plan.calendar)
    events = _events(plan.model_copy(update={"calendar": calendar}))
    assert len(events) == len(calendar)
    assert not [e for e in events if "attendee" in e]


def _sent(*utc: str) -> CampaignPlan:
    zones = tuple(
        SendTime(countries=("X",), zone=f"Zone/{k}", utc=datetime.fromisoformat(when)) for k, when in enumerate(utc)
    )
    plan = sample_plan()
    first = plan.calendar[0].model_copy(update={"at": "10:00", "zones": zones, "end": plan.calendar[0].date})
    return plan.model_copy(update={"calendar": (first, *plan.calendar[1:])})


@pytest.mark.parametrize(
    ("utc", "start", "end"),
    [
        (("2025-03-03T09:00:00Z",), b"DTSTART:20250303T090000Z", None),
        (("2025-03-03T09:00:00Z", "2025-03-03T09:00:00Z"), b"DTSTART:20250303T090000Z", None),
        (
            ("2025-03-03T15:00:00Z", "2025-03-02T21:00:00Z"),
            b"DTSTART:20250302T210000Z",
            b"DTEND:20250303T150000Z",
        ),
        ((), b"DTSTART:20250303T100000", None),
    ],
)
def test_a_send_begins_at_its_first_clock_and_ends_at_its_last(
    utc: tuple[str, ...], start: bytes, end: bytes | None
) -> None:
    """RFC 5545: UTC with a Z (section 3.3.5, form 2); floating without zone (form 1); DTEND only if later."""
    event = _events(_sent(*utc))[0]
    written = event.to_ical().splitlines()
    assert start in written
    assert [line for line in written if line.startswith(b"DTEND")] == ([end] if end else [])
    told = str(event["description"])
    assert "At 10:00 on the clock of those who get it" in told
    assert ("no zone is known" in told) == (not utc)
    assert all(f"Zone/{k} (X)" in told for k in range(len(utc)))


def test_timed_and_all_day_events_stand_side_by_side() -> None:
    starts = [e.decoded("dtstart") for e in _events(_sent("2025-03-03T09:00:00Z"))]
    assert starts[0] == datetime(2025, 3, 3, 9, tzinfo=UTC)
    assert all(type(start) is date for start in starts[1:])


def test_a_note_is_told() -> None:
    plan = sample_plan()
    noted = plan.calendar[0].model_copy(update={"note": "Moved from Good Friday (DE, 2025-04-18)."})
    event = _events(plan.model_copy(update={"calendar": (noted, *plan.calendar[1:])}))[0]
    assert "Moved from Good Friday" in str(event["description"])
