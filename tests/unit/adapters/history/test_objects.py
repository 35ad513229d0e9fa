"""Rows that are handed in are laid on the same grid as those of files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nexusplanner.adapters.history.objects import read_objects
from nexusplanner.domain.outcome import OutcomeRow
from nexusplanner.errors import InputError

DAY = date(2027, 3, 1)


def row(days: int, channel: str = "Paid Search", **figures: float) -> dict[str, object]:
    return {"date": DAY + timedelta(days=days), "channel": channel, "spend": 1.0, **figures}


def test_rows_of_a_day_and_channel_are_added_up_and_missing_ones_are_zero() -> None:
    found = read_objects([row(0, clicks=2.0), row(0, clicks=3.0), row(1, "tv"), row(2, clicks=1.0)])
    assert (found.cadence, found.layout, len(found.dates)) == ("daily", "long", 3)
    assert found.channels["paid_search"].spend == (2.0, 0.0, 1.0)
    assert found.channels["paid_search"].clicks == (5.0, 0.0, 1.0)
    assert found.channels["tv"].conversions is None
    assert found.quality[0].rows == 4


def test_weeks_are_told_from_days() -> None:
    found = read_objects([OutcomeRow(date=DAY + timedelta(weeks=i), channel="tv", spend=5.0) for i in (0, 1, 3)])
    assert (found.cadence, found.channels["tv"].spend) == ("weekly", (5.0, 5.0, 0.0, 5.0))


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([], "there is no row"),
        ([row(0), {"date": 20270301, "channel": "tv", "spend": 1}], r"rows\[1\].*date"),
        ([row(0, revenue=-1.0), row(1)], r"rows\[0\].*revenue"),
        ([{**row(0), "cost": 3}, row(1)], "cost"),
        ([row(0), row(3), row(40)], "neither daily nor weekly"),
    ],
)
def test_what_is_no_row_is_named(rows: list[dict[str, object]], named: str) -> None:
    with pytest.raises(InputError, match=named):
        read_objects(rows)
