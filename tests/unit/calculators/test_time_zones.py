"""Time zones: the instant is the one that the time zone database gives, on every day of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.countries import country_code
from nexusplanner.calculators.public_holidays import holidays_between
from nexusplanner.calculators.time_zones import MOST_CLOCKS, Clock, clocks_between, country_zones

START, END = date(2026, 1, 1), date(2026, 12, 31)
ZONES = {"US": "America/New_York", "DE": "Europe/Berlin", "GB": "Europe/London", "CL": "America/Santiago",
         "NZ": "Pacific/Auckland", "EG": "Africa/Cairo", "IN": "Asia/Kolkata", "NP": "Asia/Kathmandu"}  # fmt: skip


def clock(country: str, start: date = START, end: date = END) -> Clock:
    return next(c for c in clocks_between([country], start, end) if c.zone == ZONES[country])


@pytest.mark.parametrize("country", sorted(ZONES))
def test_every_quarter_of_an_hour_of_a_year_is_the_instant_of_the_database(country: str) -> None:
    """Both changes of the clock included, where an hour is skipped and where one comes twice."""
    kept, zone = clock(country), ZoneInfo(ZONES[country])
    for k in range(0, 365 * 96, 3 if country in {"US", "DE", "NZ"} else 17):
        local = datetime(2026, 1, 1) + timedelta(minutes=15 * k)  # noqa: DTZ001
        assert kept.instant(local) == local.replace(tzinfo=zone).astimezone(UTC), local


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(ZONES)), st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 400), st.data())
def test_any_period_knows_the_hours_of_its_own_days(country: str, start: date, days: int, data: st.DataObject) -> None:
    kept = clock(country, start, start + timedelta(days=days))
    day = start + timedelta(days=data.draw(st.integers(0, days)))
    local = datetime.combine(day, data.draw(st.times()).replace(microsecond=0, tzinfo=None))
    assert kept.instant(local) == local.replace(tzinfo=ZoneInfo(ZONES[country])).astimezone(UTC)


def test_countries_whose_clocks_go_alike_share_one_and_only_while_they_do() -> None:
    winter = clocks_between(["DE", "France", "GB"], date(2026, 1, 5), date(2026, 2, 27))
    assert [(c.countries, c.zone) for c in winter] == [(("DE", "FR"), "Europe/Berlin"), (("GB",), "Europe/London")]
    assert len(clocks_between(["MA", "GB"], date(2026, 7, 1), date(2026, 7, 31))) == 1
    assert len(clocks_between(["MA", "GB"], date(2026, 1, 1), date(2026, 7, 31))) == 2


def test_a_country_with_many_zones_names_each_clock_that_of_most_people_first() -> None:
    named = [c.zone for c in clocks_between(["US"], START, END)]
    assert named[0] == "America/New_York"
    assert {"America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu"} < {
        *named
    }
    assert len(named) <= MOST_CLOCKS


def test_beyond_a_handful_each_country_is_told_by_most_of_its_people() -> None:
    told = clocks_between(["CA", "AU", "BR", "RU"], START, END)
    assert [c.zone for c in told] == [
        "Australia/Sydney", "America/Sao_Paulo", "America/Toronto", "Europe/Moscow",
    ]  # fmt: skip
    assert len(clocks_between(["CA", "AU", "BR", "RU"], START, END, most=None)) > MOST_CLOCKS


def test_regions_that_are_no_country_have_no_clock_and_no_holidays() -> None:
    assert clocks_between(["Europe", "Bavaria", ""], START, END) == ()
    assert holidays_between(["Europe", "Bavaria"], START, END) == ()


@pytest.mark.parametrize(
    ("region", "code"),
    [("us", "US"), ("USA", "US"), ("UK", "GB"), ("united kingdom", "GB"), ("Germany", "DE"), ("EU", None), ("X", None)],
)
def test_countries_are_known_by_code_and_english_name(region: str, code: str | None) -> None:
    assert country_code(region) == code


def test_every_country_of_the_table_has_zones_that_open() -> None:
    for code in ("US", "DE", "XK", "AQ", "PS", "TW", "KI"):
        for zone in country_zones(code):
            assert ZoneInfo(zone).key == zone
