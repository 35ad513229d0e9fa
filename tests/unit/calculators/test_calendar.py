"""The calendar: whatever the period, the cap, the holidays and the blackouts, nothing is out of place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.markets import long_history

from nexusplanner.calculators import (
    allocate,
    build_calendar,
    fit_response_curves,
    opening_days,
    plan_flights,
    recompute,
)
from nexusplanner.calculators.public_holidays import holidays_between
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.schedule import WEEKDAYS, Blackout, Schedule
from nexusplanner.errors import InputError

CHANNELS = ("search", "tv", "email", "sms", "letter")
DIRECT, SEGMENTS, OVERLAPPING = ("email", "sms", "letter"), ("seg-a", "seg-b", "seg-c"), (("seg-a", "seg-b"),)
LEADS = {"tv": 14, "letter": 10}
CURVES = fit_response_curves(
    long_history(weeks=20), channels=CHANNELS, metric="conversions", implied_unit_cost=None, seed=3
)
MONEY = allocate(CURVES, total=Decimal(20_000), currency="EUR", weeks=8)
Row = dict[str, object]


def planned(
    period: Period, schedule: Schedule, countries: tuple[str, ...] = ("US",), segments: tuple[str, ...] = SEGMENTS
) -> tuple[Calculation, Calculation]:
    closed = schedule.closed(period.start, period.end)
    opens = opening_days(CHANNELS, period=period, schedule=schedule, leads=LEADS, countries=countries)
    flights = plan_flights(MONEY, CURVES, period=period, blackout=closed, opens=opens)
    calendar = build_calendar(
        period=period, flights=flights, channels=CHANNELS, segments=segments, countries=countries, direct=DIRECT,
        by_post=("letter",), schedule=schedule, leads=LEADS, overlapping=OVERLAPPING,
    )  # fmt: skip
    return flights, calendar


def rows(calculation: Calculation, key: str = "activities") -> list[Row]:
    found = calculation.outputs[key]
    assert isinstance(found, list)
    return [dict(row) for row in found if isinstance(row, dict)]


def day(row: Row, key: str = "date") -> date:
    return date.fromisoformat(str(row[key]))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Period, Schedule, tuple[str, ...]]:
    start = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    period = Period(start=start, end=start + timedelta(days=draw(st.integers(0, 180))))
    spans = draw(st.lists(st.tuples(st.integers(-20, 200), st.integers(0, 40)), max_size=4))
    blackout = tuple(
        Blackout(start=start + timedelta(days=first), end=start + timedelta(days=first + more)) for first, more in spans
    )
    schedule = Schedule(
        blackout=blackout,
        lead_days=draw(st.none() | st.integers(0, 60)),
        working_days=tuple(sorted(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)))),
        max_contacts=draw(st.integers(1, 3)),
        per_days=draw(st.integers(1, 21)),
    )
    return period, schedule, draw(st.sampled_from([("US",), ("DE", "FR"), ("JP", "Brazil"), ()]))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(situations())
def test_nothing_is_out_of_place(situation: tuple[Period, Schedule, tuple[str, ...]]) -> None:
    period, schedule, countries = situation
    closed = {*schedule.closed(period.start, period.end)}
    if len(closed) == period.days:
        with pytest.raises(InputError, match="covers the whole period"):
            planned(period, schedule, countries)
        return
    flights, calendar = planned(period, schedule, countries)
    acts = rows(calendar)
    holidays = {h.date for h in holidays_between(countries, period.start, period.end)}
    for act in acts:
        assert period.start <= day(act) <= day(act, "end") <= period.end
        needed = act["depends_on"]
        assert isinstance(needed, list)
        assert all(day(acts[i]) <= day(act) for i in needed)
        if act["kind"] in ("launch", "send"):
            assert day(act) not in closed
        if act["kind"] == "send":
            assert day(act) not in holidays
            assert WEEKDAYS[day(act).weekday()] in schedule.working_days
    for people in (("seg-a", "seg-b"), ("seg-c",)):
        heard = [day(a) for a in acts if a["kind"] == "send" and a["segment"] in people]
        assert len(heard) == len(set(heard))
        for first in heard:
            assert sum(0 <= (d - first).days < schedule.per_days for d in heard) <= schedule.max_contacts
    for line in rows(MONEY, "lines"):
        mine = [f for f in rows(flights, "flights") if f["channel"] == line["channel"]]
        assert sum(Decimal(str(f["amount"])) for f in mine) == Decimal(str(line["amount"]))
        for flight in mine:
            week = [day(flight, "week") + timedelta(days=k) for k in range(7)]
            assert any(d not in closed for d in week if d <= period.end)
    assert recompute(calendar) == calendar.outputs
    assert recompute(flights) == flights.outputs


@settings(max_examples=40, deadline=None, derandomize=True)
@given(situations())
def test_a_channel_opens_on_a_working_day_wherever_there_is_one(
    situation: tuple[Period, Schedule, tuple[str, ...]],
) -> None:
    period, schedule, countries = situation
    closed = {*schedule.closed(period.start, period.end)}
    shut = closed | {h.date for h in holidays_between(countries, period.start, period.end)}
    days = [period.start + timedelta(days=k) for k in range(period.days)]
    good = [d for d in days if d not in shut and WEEKDAYS[d.weekday()] in schedule.working_days]
    if not good:
        return
    _, calendar = planned(period, schedule, countries)
    assert {day(a) for a in rows(calendar) if a["kind"] == "launch"} <= {*good}


def test_a_send_names_every_clock_and_the_instant_there() -> None:
    period = Period(start=date(2026, 3, 2), end=date(2026, 4, 24))
    _, calendar = planned(period, Schedule(send_at="09:30"), ("DE", "FR", "US"))
    sends = [a for a in rows(calendar) if a["kind"] == "send" and a["channel"] != "letter"]
    assert sends
    for send in sends:
        assert send["at"] == "09:30"
        zones = send["zones"]
        assert isinstance(zones, list)
        for zone in zones:
            local = datetime.fromisoformat(zone["utc"]).astimezone(ZoneInfo(zone["zone"]))
            assert (local.date(), local.time()) == (day(send), time(9, 30))
    spring = {z["utc"][11:16] for s in sends for z in s["zones"] if z["countries"] == ["DE", "FR"]}  # type: ignore[attr-defined]
    assert spring == {"08:30", "07:30"}


def test_post_arrives_at_no_hour_and_unknown_regions_have_no_zone() -> None:
    period = Period(start=date(2026, 3, 2), end=date(2026, 6, 26))
    _, calendar = planned(period, Schedule(), ("Europe",))
    by_channel = {str(a["channel"]): a for a in rows(calendar) if a["kind"] == "send"}
    assert by_channel["letter"]["at"] is None
    assert (by_channel["email"]["at"], by_channel["email"]["zones"]) == ("10:00", [])
    assert calendar.outputs["unplaced"] == ["Europe"]
    assert "no country is known for Europe" in calendar.explanation


def test_an_opening_moves_from_a_holiday_and_says_so() -> None:
    period = Period(start=date(2026, 12, 20), end=date(2027, 2, 28))
    _, calendar = planned(period, Schedule(lead_days=5), ("DE",))
    launch = next(a for a in rows(calendar) if a["kind"] == "launch" and a["channel"] == "search")
    assert day(launch) == date(2026, 12, 28)
    held = [h for h in rows(calendar, "holidays") if h["date"] == "2026-12-25"]
    assert [h["country"] for h in held] == ["DE"]
    flight = next(a for a in rows(calendar) if a["kind"] == "flight" and a["channel"] == "search")
    assert "New Year's Day (DE, 2027-01-01)" in str(flight["note"])


def test_a_flight_says_which_weeks_the_blackout_takes() -> None:
    period = Period(start=date(2026, 3, 2), end=date(2026, 5, 3))
    shut = Blackout(start=date(2026, 3, 30), end=date(2026, 4, 12), reason="Stocktaking")
    flights, calendar = planned(period, Schedule(blackout=(shut,)))
    assert not {"2026-03-30", "2026-04-06"} & {str(f["week"]) for f in rows(flights, "flights")}
    flight = next(a for a in rows(calendar) if a["kind"] == "flight" and a["channel"] == "tv")
    assert "No money in the blackout weeks of 2026-03-30, 2026-04-06." in str(flight["note"])


def test_leads_are_the_channels_own_the_briefs_or_a_quarter_of_the_period() -> None:
    long = Period(start=date(2026, 3, 2), end=date(2026, 6, 26))
    _, usual = planned(long, Schedule())
    assert usual.outputs["leads"] == {"search": 5, "tv": 14, "email": 5, "sms": 5, "letter": 10}
    _, given = planned(long, Schedule(lead_days=20))
    assert set(given.outputs["leads"].values()) == {20}  # type: ignore[union-attr]
    _, short = planned(Period(start=date(2026, 3, 2), end=date(2026, 3, 17)), Schedule())
    assert set(short.outputs["leads"].values()) == {4}  # type: ignore[union-attr]


def test_what_finds_no_day_is_named() -> None:
    period = Period(start=date(2026, 3, 2), end=date(2026, 3, 12))
    _, calendar = planned(period, Schedule(per_days=30))
    unsent = rows(calendar, "unsent")
    sent = {(a["channel"], a["segment"]) for a in rows(calendar) if a["kind"] == "send"}
    assert len(unsent) + len(sent) == len(DIRECT) * len(SEGMENTS)
    assert f"no day was left for {len(unsent)} of its mailings" in calendar.explanation


def test_money_runs_only_once_a_channel_is_open() -> None:
    period = Period(start=date(2026, 3, 2), end=date(2026, 4, 26))
    flights, _ = planned(period, Schedule())
    tv = [f for f in rows(flights, "flights") if f["channel"] == "tv"]
    assert min(day(f, "week") for f in tv) == date(2026, 3, 16)


def test_a_holiday_hit_by_every_open_day_is_said() -> None:
    period = Period(start=date(2026, 12, 25), end=date(2026, 12, 25))
    _, calendar = planned(period, Schedule(), ("US",), ())
    launch = next(a for a in rows(calendar) if a["kind"] == "launch")
    assert str(launch["note"]).startswith("Falls on Christmas Day (US, 2026-12-25)")


def test_a_blackout_of_the_whole_period_is_refused_by_name() -> None:
    period = Period(start=date(2026, 3, 2), end=date(2026, 3, 12))
    shut = Schedule(blackout=(Blackout(start=date(2026, 2, 1), end=date(2026, 4, 1)),))
    with pytest.raises(InputError, match="2026-02-01 to 2026-04-01 covers the whole period"):
        opening_days(CHANNELS, period=period, schedule=shut)
    closed = shut.closed(period.start, period.end)
    with pytest.raises(InputError, match="blackout: it covers the whole period"):
        plan_flights(MONEY, CURVES, period=period, blackout=closed)


def test_utc_is_written_as_an_instant() -> None:
    _, calendar = planned(Period(start=date(2026, 3, 2), end=date(2026, 4, 24)), Schedule())
    send = next(a for a in rows(calendar) if a["zones"])
    assert datetime.fromisoformat(str(send["zones"][0]["utc"])).tzinfo == UTC  # type: ignore[index]
