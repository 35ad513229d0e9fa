"""Flights around closed weeks and late openings: every line to the cent, none of it where nothing runs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.markets import TRUTH, long_history

from nexusplanner.calculators import allocate, allocate_by_past, fit_response_curves, plan_flights
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError

CURVES = fit_response_curves(
    long_history(), channels=tuple(TRUTH), metric="conversions", implied_unit_cost=None, seed=3
)
MONEY = allocate(CURVES, total=Decimal("60000.01"), currency="USD", weeks=12)
START = date(2027, 1, 11)


def money(flights: Calculation, channel: str) -> dict[date, Decimal]:
    rows = flights.outputs["flights"]
    assert isinstance(rows, list)
    found = [row for row in rows if isinstance(row, dict) and row["channel"] == channel]
    return {date.fromisoformat(str(row["week"])): Decimal(str(row["amount"])) for row in found}


def amounts() -> dict[str, Decimal]:
    rows = MONEY.outputs["lines"]
    assert isinstance(rows, list)
    return {str(row["channel"]): Decimal(str(row["amount"])) for row in rows if isinstance(row, dict)}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    days=st.integers(1, 120),
    closed=st.sets(st.integers(0, 16)),
    loose=st.sets(st.integers(0, 119), max_size=20),
    opens=st.integers(0, 60),
)
def test_closed_weeks_get_nothing_and_the_others_all(days: int, closed: set[int], loose: set[int], opens: int) -> None:
    period = Period(start=START, end=START + timedelta(days=days - 1))
    shut = {START + timedelta(days=7 * week + k) for week in closed for k in range(7)}
    shut |= {START + timedelta(days=k) for k in loose}
    whole = [START + timedelta(days=k) for k in range(days)]
    if shut >= {*whole}:
        with pytest.raises(InputError, match="blackout: it covers the whole period"):
            plan_flights(MONEY, CURVES, period=period, blackout=sorted(shut))
        return
    first = START + timedelta(days=opens)
    flights = plan_flights(MONEY, CURVES, period=period, blackout=sorted(shut), opens={"tv": first})
    for channel, amount in amounts().items():
        weeks = money(flights, channel)
        assert sum(weeks.values()) == amount
        for week in weeks:
            running = [week + timedelta(days=k) for k in range(7) if week + timedelta(days=k) <= period.end]
            assert any(day not in shut for day in running)
    open_weeks = {day - timedelta(days=(day - START).days % 7) for day in whole if day not in shut}
    if any(week + timedelta(days=6) >= first for week in open_weeks if first <= period.end):
        assert all(week + timedelta(days=6) >= first for week in money(flights, "tv"))


def test_even_money_is_by_the_days_that_are_open() -> None:
    period = Period(start=START, end=START + timedelta(days=27))
    flights = plan_flights(
        MONEY, CURVES, period=period, pattern="even", opens={"tv": START + timedelta(days=10)},
        blackout=[START + timedelta(days=14 + k) for k in range(7)],
    )  # fmt: skip
    tv = money(flights, "tv")
    assert [*tv] == [START + timedelta(days=7), START + timedelta(days=21)]
    assert float(tv[START + timedelta(days=7)] / sum(tv.values())) == pytest.approx(4 / 11, abs=1e-6)


def test_a_single_closed_day_takes_no_money_from_its_week() -> None:
    period = Period(start=START, end=START + timedelta(days=27))
    plain = plan_flights(MONEY, CURVES, period=period, pattern="even")
    closed = plan_flights(MONEY, CURVES, period=period, pattern="even", blackout=[START + timedelta(days=2)])
    assert closed.outputs == plain.outputs
    assert closed.id == plain.id


def test_bursts_count_the_weeks_that_are_open() -> None:
    """Little money on a curve that starts flat runs in bursts, one after as many open weeks as the next."""
    little = allocate_by_past(CURVES, total=Decimal(3_000), currency="USD", weeks=12)
    period = Period(start=START, end=START + timedelta(days=83))
    shut = [START + timedelta(days=7 + k) for k in range(14)]
    flights = plan_flights(little, CURVES, period=period, blackout=shut)
    bursts = flights.outputs["bursts"]
    assert isinstance(bursts, list)
    assert bursts
    open_weeks = [START + timedelta(days=7 * k) for k in range(12) if k not in (1, 2)]
    for channel in map(str, bursts):
        places = [open_weeks.index(week) for week in sorted(money(flights, channel))]
        assert {b - a for a, b in pairwise(places)} in ({2}, {3})
