"""Send slots: the days on which each segment is written to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from nexusplanner.calculators.contact_cap import ContactCap

_MIDWEEK = (1, 2, 3)
_MOST_ROUNDS = 8
_LEAST_GAP = 14
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


def send_days(
    channels: Sequence[str],
    segments: Sequence[str],
    *,
    start: date,
    end: date,
    shut: frozenset[date],
    cap_days: int,
    max_contacts: int = 1,
    working: Sequence[int] = MONDAY_TO_FRIDAY,
    overlapping: Sequence[tuple[str, str]] = (),
    opens: Mapping[str, date] | None = None,
) -> list[tuple[date, str, str]]:
    """Choose send days: Tuesday to Thursday first, then other working days.

    Each round writes once to each segment on each channel; rounds are two weeks apart, or further
    where the period is long or the cap holds, at most eight. Nobody hears more than ``max_contacts``
    times in any ``cap_days`` days in a row, nor twice on a day, whatever the channel; people in two
    overlapping segments neither. A round that finds no day left leaves the segment out.

    Args:
        channels: Channels that send.
        segments: Ids of the segments.
        start: First day to send on.
        end: Last day to send on.
        shut: Days on which nothing is sent.
        cap_days: The days over which contacts are counted.
        max_contacts: At most so many within them.
        working: Days of the week on which messages go out, Monday is 0.
        overlapping: Pairs of segments that share people.
        opens: First day of each channel, where it is later than ``start``.

    Returns:
        ``(day, channel, segment)`` by day.
    """
    chosen: list[tuple[date, str, str]] = []
    if not channels or not segments or end < start:
        return chosen
    cap = ContactCap(segments, overlapping, max_contacts, max(cap_days, 1))
    gap = max(
        _LEAST_GAP, -(-cap.largest * len(channels) * cap.days // cap.most), -(-((end - start).days + 1) // _MOST_ROUNDS)
    )
    working_days = [start + timedelta(days=k) for k in range((end - start).days + 1)]
    working_days = [day for day in working_days if day.weekday() in working and day not in shut]
    opening = start
    while opening <= end:
        within = [day for day in working_days if opening <= day < opening + timedelta(days=gap)]
        for channel in channels:
            ready = opening if opens is None else max(opening, opens.get(channel, opening))
            for segment in segments:
                day = _first(day for day in within if day >= ready and cap.allows(segment, day))
                if day is not None:
                    chosen.append((day, channel, segment))
                    cap.note(segment, day)
        opening += timedelta(days=gap)
    return sorted(chosen)


def _first(days: Iterable[date]) -> date | None:
    """Return the first midweek day within a week of the first one, else the first."""
    first: date | None = None
    for day in days:
        first = day if first is None else first
        if (day - first).days >= 7:
            return first
        if day.weekday() in _MIDWEEK:
            return day
    return first
