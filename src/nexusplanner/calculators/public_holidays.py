"""Public holidays of the audience's countries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from pydantic import BaseModel, ConfigDict


class Holiday(BaseModel):
    """One public holiday."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    name: str
    country: str


@lru_cache(maxsize=256)
def country_code(region: str) -> str | None:
    """Return the ISO 3166 code of a country given as code or English name; None for anything else."""
    from holidays.utils import list_supported_countries

    supported = list_supported_countries()
    if region.upper() in supported:
        return region.upper()
    from babel import Locale

    wanted = region.strip().casefold()
    for code, name in Locale("en").territories.items():
        if name.casefold() == wanted and code in supported:
            return str(code)
    return None


def holidays_between(countries: Sequence[str], start: date, end: date) -> tuple[Holiday, ...]:
    """List the public holidays of some countries, both days included, by date and country.

    Args:
        countries: ISO 3166 codes or English names; what is no country is passed over.
        start: First day.
        end: Last day.
    """
    found: list[Holiday] = []
    for code in sorted({c for c in map(country_code, countries) if c}):
        found += [h for h in _of_years(code, start.year, end.year) if start <= h.date <= end]
    return tuple(sorted(found, key=lambda h: (h.date, h.country, h.name)))


@lru_cache(maxsize=256)
def _of_years(code: str, first: int, last: int) -> tuple[Holiday, ...]:
    from holidays import country_holidays

    days = country_holidays(code, years=range(first, last + 1), language="en_US")
    return tuple(Holiday(date=day, name=name, country=code) for day, name in sorted(days.items()))
