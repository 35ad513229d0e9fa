"""What is left over in a wide table becomes controls and events."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nexusplanner.adapters.history.drivers import MAX_WORDS, Drivers, drivers_of
from nexusplanner.adapters.history.periods import Periods
from nexusplanner.adapters.tables.files import Column

WEEKS = tuple(date(2024, 1, 1) + timedelta(weeks=n) for n in range(12))


def drivers(cells: list[str | None], name: str = "x", *, other: str = "y") -> Drivers:
    days = WEEKS[: len(cells)]
    columns = [Column(name, name), Column(other, other)]
    return drivers_of(columns, [{name: cell, other: "1"} for cell in cells], Periods(days, days))


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        (["0", "1", "0.0"], (0.0, 1.0, 0.0)),
        (["TRUE", "false", "True"], (1.0, 0.0, 1.0)),
        (["yes", "no", "no"], (1.0, 0.0, 0.0)),
    ],
)
def test_flags_are_events(cells: list[str | None], flags: tuple[float, ...]) -> None:
    """However they are written."""
    assert drivers(cells) == Drivers({}, {"x": flags})


def test_numbers_are_controls() -> None:
    """Also negative ones."""
    assert drivers(["0", "-1.5", "2"]) == Drivers({"x": (0.0, -1.5, 2.0)}, {})


def test_each_word_is_an_event() -> None:
    """But for words that say nothing happened; a word that is a column's name is told apart."""
    assert drivers(["na", "easter", None, "y"]) == Drivers(
        {}, {"easter": (0.0, 1.0, 0.0, 0.0), "x_y": (0.0, 0.0, 0.0, 1.0)}
    )


@pytest.mark.parametrize(
    "cells", [["7", "7", "7"], ["1", None, "3"], ["1", "nan", "3"], [f"w{n}" for n in range(MAX_WORDS + 1)]]
)
def test_what_tells_nothing_is_left_out(cells: list[str | None]) -> None:
    """Constants, numbers with holes, labels."""
    assert drivers(cells) == Drivers({}, {})


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("t", ["4", "5", "6", "7"]),
        ("doy", ["1", "8", "15", "22"]),
        ("wk", ["1", "2", "3", "4"]),
        ("quarter", ["2024Q1", "2024Q1", "2024Q2", "2024Q2"]),
    ],
)
def test_what_only_counts_time_is_left_out(name: str, cells: list[str | None]) -> None:
    """Trend and season are the fit's own."""
    assert drivers(cells, name) == Drivers({}, {})


def test_a_driver_that_rises_steadily_is_kept() -> None:
    """A price may; only counters by name are taken for time."""
    assert list(drivers(["10", "11", "12", "13"], "price").controls) == ["price"]
