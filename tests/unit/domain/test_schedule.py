"""The schedule of a brief: read as people write it, refused in one clear line, and the same when read again."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.conftest import Raw

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.schedule import Blackout, Schedule
from nexusplanner.errors import InputError

START, END = date(2026, 3, 1), date(2026, 5, 31)


def test_a_brief_without_a_schedule_sends_at_ten_on_working_days_once_a_week(raw: Raw) -> None:
    schedule = CampaignBrief.parse(raw).schedule
    assert (schedule.send_at, schedule.max_contacts, schedule.per_days) == ("10:00", 1, 7)
    assert schedule.working_days == ("mon", "tue", "wed", "thu", "fri")
    assert schedule.closed(START, END) == ()


def test_days_ranges_and_hours_are_read_as_people_write_them(tmp_path: Path, raw: Raw) -> None:
    text = """
name: Spring
offering: {name: Vinyl Club}
objective: {metric: conversions, target: 1200}
budget: {amount: 40000, currency: USD}
period: {start: 2026-03-01, end: 2026-05-31}
schedule:
  blackout: [2026-04-03, {start: 2026-05-01, end: 2026-05-03, reason: Stocktaking}]
  send_at: 9:05
  working_days: [Mon, sat]
  lead_days: 3
  max_contacts: 2
"""
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    brief = CampaignBrief.load(tmp_path / "b.yaml")
    assert brief.schedule.send_at == "09:05"
    assert brief.schedule.working_days == ("mon", "sat")
    assert [d.isoformat() for d in brief.schedule.closed(START, END)] == [
        "2026-04-03", "2026-05-01", "2026-05-02", "2026-05-03",
    ]  # fmt: skip
    assert CampaignBrief.parse(brief.model_dump(mode="json")) == brief
    assert CampaignBrief.model_validate_json(brief.model_dump_json()) == brief


def test_a_time_of_toml_is_a_time_of_day(tmp_path: Path) -> None:
    text = (
        'name = "Spring"\noffering.name = "Club"\nobjective = {metric = "leads", target = 5}\n'
        'budget = {amount = 100, currency = "EUR"}\nperiod = {start = 2026-03-01, end = 2026-05-31}\n'
        "[schedule]\nsend_at = 08:30:00\nblackout = [2026-03-02]\n"
    )
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    schedule = CampaignBrief.load(tmp_path / "b.toml").schedule
    assert schedule.send_at == "08:30"
    assert schedule.closed(START, END) == (date(2026, 3, 2),)


@pytest.mark.parametrize(
    ("schedule", "says"),
    [
        ({"blackouts": []}, "schedule.blackouts: unknown key. Did you mean 'blackout'?"),
        ({"blackout": [{"start": "2026-03-01", "ende": "2026-03-02"}]}, "schedule.blackout[0].ende: unknown key"),
        ({"blackout": ["2026-02-30"]}, "schedule.blackout[0]: no day of the calendar"),
        ({"blackout": ["tomorrow"]}, "schedule.blackout[0]: not a date from 1970 to 2199 (found 'tomorrow')"),
        ({"blackout": [20260301]}, "schedule.blackout[0]: not a date"),
        ({"blackout": "2026-03-01"}, "schedule.blackout: must be a list"),
        ({"blackout": [{"start": "2026-03-05", "end": "2026-03-01"}]}, "is before the start, 2026-03-05"),
        ({"send_at": "25:00"}, "schedule.send_at: not a time of day (found '25:00'). Write it as 10:00."),
        ({"send_at": time(10, 0, 30)}, "schedule.send_at: not a time of day"),
        ({"working_days": ["monday"]}, "Did you mean 'mon'?"),
        ({"working_days": []}, "schedule.working_days"),
        ({"lead_days": -1}, "schedule.lead_days: must be greater than or equal to 0"),
        ({"max_contacts": 0}, "schedule.max_contacts: must be greater than or equal to 1"),
        ({"per_days": "often"}, "schedule.per_days: not a whole number (found 'often')"),
        (
            {"blackout": [{"start": "2026-01-01", "end": "2026-12-31"}]},
            "schedule.blackout: 2026-01-01 to 2026-12-31 covers the whole period, 2026-03-01 to 2026-05-31",
        ),
    ],
)
def test_what_is_wrong_is_one_line_that_names_it(raw: Raw, schedule: object, says: str) -> None:
    with pytest.raises(InputError) as caught:
        CampaignBrief.parse({**raw, "schedule": schedule}, source="b.yaml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.lists(st.tuples(st.integers(-200, 200), st.integers(0, 60)), max_size=8))
def test_closed_days_are_exactly_those_of_some_blackout(spans: list[tuple[int, int]]) -> None:
    blackout = tuple(
        Blackout(start=START + timedelta(days=first), end=START + timedelta(days=first + more)) for first, more in spans
    )
    closed = Schedule(blackout=blackout).closed(START, END)
    days = [START + timedelta(days=k) for k in range((END - START).days + 1)]
    assert list(closed) == [day for day in days if any(b.start <= day <= b.end for b in blackout)]
