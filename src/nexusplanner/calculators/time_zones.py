"""Time zones of the audience's countries, and the instant at which a clock there shows an hour.

The zones of a country are those of the IANA time zone database (``zone.tab``); how their clocks go is
read once, for the period, and kept as rows: what follows from them follows without a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from nexusplanner.calculators.countries import country_codes

MOST_CLOCKS = 8
"""Beyond so many clocks, each country is told by the clock of most of its people."""

_MOST_PEOPLE = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
}
"""The zone of most people, where ``zone.tab`` begins with another: it goes by place first."""

_DAY = timedelta(days=1)


class Shift(BaseModel):
    """From an instant on, a clock is so many seconds ahead of UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: datetime
    """In UTC, whole seconds."""
    ahead_s: int


class Clock(BaseModel):
    """How the clocks of some countries, or of parts of them, go throughout a period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    countries: tuple[str, ...]
    zone: str
    """IANA name of the first zone that keeps this clock."""
    shifts: tuple[Shift, ...]
    """By instant; the first is in force when the period begins."""

    def instant(self, local: datetime) -> datetime:
        """Return the instant, in UTC, at which this clock shows a date and time.

        An hour that comes twice is its first coming; one that is skipped is read as if the clock had
        not yet been put forward (PEP 495, ``fold=0``).
        """
        naive = local.replace(tzinfo=UTC)
        found = naive - timedelta(seconds=self.shifts[0].ahead_s)
        for before, shift in zip(self.shifts, self.shifts[1:], strict=False):
            # The old clock shows this hour only before the change, or it never shows at all.
            if naive - timedelta(seconds=max(before.ahead_s, shift.ahead_s)) < shift.since:
                break
            found = naive - timedelta(seconds=shift.ahead_s)
        return found


def clocks_between(
    regions: Sequence[str], start: date, end: date, *, most: int | None = MOST_CLOCKS
) -> tuple[Clock, ...]:
    """List the clocks that the audience lives by, from one day to another.

    Zones whose clocks go alike throughout are one. Where that leaves more than ``most``, each country
    is told by the zone of most of its people.

    Args:
        regions: ISO 3166 codes or English names; what is no country is passed over.
        start: First day.
        end: Last day.
        most: None tells them all.

    Returns:
        By country as sorted by code, within a country the zone of most people first.
    """
    codes = country_codes(regions)
    every = _merged([(code, zone) for code in codes for zone in country_zones(code)], start, end)
    if most is None or len(every) <= most:
        return every
    return _merged([(code, country_zones(code)[0]) for code in codes if country_zones(code)], start, end)


@lru_cache(maxsize=512)
def country_zones(code: str) -> tuple[str, ...]:
    """Name the time zones of a country, that of most people first; none for what is no country."""
    found = [zone for country, zone in _table() if country == code]
    main = _MOST_PEOPLE.get(code)
    return tuple(sorted(found, key=lambda zone: zone != main)) if main else tuple(found)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, str], ...]:
    """Read ``zone.tab``: ISO code, coordinates, zone."""
    from importlib.resources import files

    text = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((row[0], row[2]) for row in rows)


def _merged(zones: Sequence[tuple[str, str]], start: date, end: date) -> tuple[Clock, ...]:
    """Make one clock of zones that go alike; it is named for the first of them."""
    found: dict[tuple[Shift, ...], tuple[str, list[str]]] = {}
    for code, zone in zones:
        _, countries = found.setdefault(_shifts(zone, start, end), (zone, []))
        if code not in countries:
            countries.append(code)
    return tuple(Clock(countries=tuple(codes), zone=zone, shifts=rows) for rows, (zone, codes) in found.items())


@lru_cache(maxsize=1024)
def _shifts(name: str, start: date, end: date) -> tuple[Shift, ...]:
    """Find when the clock changes, a day beyond both ends included, for no clock shows the day of UTC."""
    zone = ZoneInfo(name)
    now, last = (datetime.combine(day, time(), UTC) for day in (start - _DAY, end + 2 * _DAY))
    rows = [Shift(since=now, ahead_s=_ahead(zone, now))]
    while now < last:
        later = now + _DAY
        if _ahead(zone, later) != rows[-1].ahead_s:
            rows.append(_change(zone, now, later))
        now = later
    return tuple(rows)


def _ahead(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> Shift:
    """Halve the day until the second of the change is found."""
    old = _ahead(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _ahead(zone, middle) == old else (before, middle)
    return Shift(since=after, ahead_s=_ahead(zone, after))
