"""Public holidays of the audience's countries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from nexusplanner.calculators.countries import country_codes


class Holiday(BaseModel):
    """One public holiday."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    name: str
    country: str


def holidays_between(countries: Sequence[str], start: date, end: date) -> tuple[Holiday, ...]:
    """List the public holidays of some countries, both days included, by date and country.

    Args:
        countries: ISO 3166 codes or English names; what is no country, or none whose holidays are known, is
            passed over.
        start: First day.
        end: Last day.
    """
    found: list[Holiday] = []
    for code in country_codes(countries):
        found += [h for h in _of_years(code, start.year, end.year) if start <= h.date <= end]
    return tuple(sorted(found, key=lambda h: (h.date, h.country, h.name)))


@lru_cache(maxsize=256)
def _of_years(code: str, first: int, last: int) -> tuple[Holiday, ...]:
    from holidays import country_holidays

    try:
        days = country_holidays(code, years=range(first, last + 1), language="en_US")
    except NotImplementedError:  # how the package says that it does not know a country
        return ()
    return tuple(Holiday(date=day, name=name, country=code) for day, name in sorted(days.items()))
