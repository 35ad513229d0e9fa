"""Holidays as columns of weeks: how many public ones, and the seasons of buying that recur."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from nexusplanner.calculators.public_holidays import Holiday, holidays_between

_LEAST_YEARS = 2
"""A named season seen once cannot be told from whatever else happened then."""


def holiday_columns(countries: Sequence[str], first: date, weeks: int) -> dict[str, list[float]]:
    """Build the columns of holidays of some countries, one value a week.

    ``public_holidays`` counts the public holidays of a week, averaged over the countries; those that
    belong to a named season are left to it. The seasons (``christmas``, ``new_year``, ``easter``,
    ``black_friday``) are the share of a week's days that lie in them, and are there only where two
    years show them.

    Args:
        countries: ISO 3166 codes or English names; what is no country is passed over.
        first: First day of the first week.
        weeks: How many weeks.

    Returns:
        Column -> values; empty where nothing is a country.
    """
    if not countries or weeks < 1:
        return {}
    end = first + timedelta(days=7 * weeks - 1)
    found = holidays_between(countries, date(first.year, 1, 1), date(end.year, 12, 31))
    if not found:
        return {}
    codes = {holiday.country for holiday in found}
    seasons: dict[str, set[date]] = {"christmas": set(), "new_year": set(), "easter": set(), "black_friday": set()}
    for year in range(first.year, end.year + 1):
        for name, days in _seasons(year, found):
            seasons[name] |= set(days)
    named = set[date]().union(*seasons.values())
    counts = [0.0] * weeks
    for holiday in found:
        if first <= holiday.date <= end and holiday.date not in named:
            counts[(holiday.date - first).days // 7] += 1 / len(codes)
    columns = {"public_holidays": counts} if any(counts) else {}
    for name, all_days in seasons.items():
        inside = {day for day in all_days if first <= day <= end}
        if len({day.year for day in inside}) >= _LEAST_YEARS:
            columns[name] = _share_of_days(inside, first, weeks)
    return columns


def _seasons(year: int, found: Sequence[Holiday]) -> Iterator[tuple[str, list[date]]]:
    """Name the seasons of a year: where a country keeps no such day, it has no such season."""
    kept = {h.date for h in found if h.date.year == year}
    if date(year, 1, 1) in kept:
        yield "new_year", _days(date(year, 1, 1), 1)
    if date(year, 12, 25) in kept:
        yield "christmas", _days(date(year, 12, 15), 11)
        # Easter moves trade wherever Christmas is kept, whether or not its days are public holidays there.
        own = [h for h in found if h.name == "Good Friday"] or _western_good_fridays(year)
        for friday in sorted({h.date for h in own if h.date.year == year}):
            yield "easter", _days(friday - timedelta(days=4), 8)
    november = date(year, 11, 1)
    thursday = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
    yield "black_friday", _days(thursday, 5)


def _western_good_fridays(year: int) -> list[Holiday]:
    days = holidays_between(("GB",), date(year, 1, 1), date(year, 12, 31))
    return [holiday for holiday in days if holiday.name == "Good Friday"]


def _days(start: date, count: int) -> list[date]:
    return [start + timedelta(days=n) for n in range(count)]


def _share_of_days(days: set[date], first: date, weeks: int) -> list[float]:
    shares = [0.0] * weeks
    for day in days:
        shares[(day - first).days // 7] += 1 / 7
    return [round(share, 6) for share in shares]
