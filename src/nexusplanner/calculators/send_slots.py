"""Send slots: the days on which each segment is written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

_MIDWEEK = (1, 2, 3)
_MOST_ROUNDS = 8


def send_days(
    channels: Sequence[str],
    segments: Sequence[str],
    *,
    start: date,
    end: date,
    shut: frozenset[date],
    cap_days: int,
) -> list[tuple[date, str, str]]:
    """Choose send days: Tuesday to Thursday first, then other working days.

    Each round writes once to each segment on each channel; rounds are two weeks apart, or further
    where the period is long, at most eight. A segment is never written to twice within
    ``cap_days``, whatever the channel.

    Args:
        channels: Channels that send.
        segments: Ids of the segments.
        start: First day to send on.
        end: Last day to send on.
        shut: Days on which nothing is sent.
        cap_days: At least so many days between two sends to one segment.

    Returns:
        ``(day, channel, segment)`` by day.
    """
    chosen: list[tuple[date, str, str]] = []
    if not channels or not segments or end < start:
        return chosen
    gap = max(14, cap_days * len(channels), -(-((end - start).days + 1) // _MOST_ROUNDS))
    heard: dict[str, date] = {}
    opening = start
    while opening <= end:
        for channel in channels:
            for segment in segments:
                earliest = opening
                if segment in heard:
                    earliest = max(earliest, heard[segment] + timedelta(days=max(cap_days, 1)))
                day = _open_day(earliest, min(earliest + timedelta(days=gap - 1), end), shut)
                if day is not None:
                    chosen.append((day, channel, segment))
                    heard[segment] = day
        opening += timedelta(days=gap)
    return sorted(chosen)


def _open_day(start: date, end: date, shut: frozenset[date]) -> date | None:
    """Return the first open midweek day within a week of the start, else the first open working day."""
    days = [start + timedelta(days=k) for k in range(max((end - start).days + 1, 0))]
    working = [day for day in days if day.weekday() < 5 and day not in shut]
    near = [day for day in working if day.weekday() in _MIDWEEK and (day - start).days < 7]
    return near[0] if near else working[0] if working else None
