"""Looks of a test stand in the calendar at their dates, each after the one before."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from nexusplanner import calculators as numbers
from nexusplanner.agents.assembly.look_dates import LOOK, with_looks
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

PERIOD = Period(start=date(2027, 1, 4), end=date(2027, 3, 28))
NO_MONEY = Calculation.record("flights", "1", inputs={}, outputs={"flights": []})


def _rows(*, direct: bool) -> list[JsonObject]:
    made = numbers.build_calendar(
        period=PERIOD, flights=NO_MONEY, channels=("tv", "email"), segments=("seg-a",), direct=("email",) * direct
    )
    rows = made.outputs["activities"]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def _looks(start: date) -> Calculation:
    days = (PERIOD.end - start).days + 1
    looks = (*range(21, days - 6, 21), days)
    design = numbers.sequential_design(looks=len(looks))
    size = numbers.size_experiment(baseline=0.05, mde=0.02, audience=40_000, max_days=days)
    return numbers.schedule_looks(design, size, start=start, days=looks)


def _needed(row: JsonObject) -> list[int]:
    needs = row["depends_on"]
    assert isinstance(needs, list)
    return [int(str(i)) for i in needs]


@pytest.mark.parametrize("direct", [True, False])
def test_looks_follow_the_drawing_of_the_holdout_and_lead_to_the_read_out(direct: bool) -> None:
    """Also where nothing is sent: the hold-out is then drawn on the test's first day and read on its last."""
    rows = _rows(direct=direct)
    drawn = [date.fromisoformat(str(row["date"])) for row in rows if row["kind"] == "experiment_start"]
    looks = _looks(min(drawn, default=PERIOD.start))
    made = with_looks(rows, looks)
    chain = [i for i, row in enumerate(made) if row["kind"] in ("experiment_start", LOOK, "experiment_readout")]
    kinds = [made[i]["kind"] for i in chain]
    told = looks.outputs["looks"]
    assert isinstance(told, list)
    assert kinds == ["experiment_start", *[LOOK] * (len(told) - 1), "experiment_readout"]
    dates = [row["date"] for row in told if isinstance(row, dict)]
    assert [made[i]["date"] for i in chain[1:-1]] == dates[:-1]
    for one, after in pairwise(chain):
        assert one in _needed(made[after])
    assert chain[-1] in _needed(made[-1])
    assert made[-1]["kind"] == "close"


def test_what_was_needed_before_is_needed_still_and_comes_earlier() -> None:
    rows = _rows(direct=True)
    made = with_looks(rows, _looks(PERIOD.start + timedelta(days=7)))
    dates = [str(row["date"]) for row in made]
    assert dates == sorted(dates)
    assert all(needed < i for i, row in enumerate(made) for needed in _needed(row))
    own = [row for row in made if row["kind"] != LOOK]

    def needs(table: list[JsonObject], row: JsonObject) -> set[tuple[str, str]]:
        return {(str(table[i]["kind"]), str(table[i]["channel"])) for i in _needed(row)}

    for before, after in zip(rows, own, strict=True):
        assert needs(rows, before) <= needs(made, after)


def test_each_look_says_what_ends_the_test_there() -> None:
    made = with_looks(_rows(direct=True), _looks(PERIOD.start))
    notes = [str(row["note"]) for row in made if row["kind"] == LOOK]
    assert notes
    assert all(note.startswith("It is won at a lead of ") and "may be given up when it " in note for note in notes)


def test_without_a_test_the_calendar_stays_as_it_is() -> None:
    rows = _rows(direct=True)
    assert with_looks(rows, None) == rows
