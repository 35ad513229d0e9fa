"""The hold-out of a plan: dated looks inside the period, as few people as will do, every number traced."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.agents.kiln import desk, proposed

from nexusplanner.agents.assembly.holdout import holdout_calculations
from nexusplanner.agents.assembly.stop_rule import points, stop_rule
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.facts import SegmentFact
from nexusplanner.calculators import recompute
from nexusplanner.calculators.verification import FigurePool, orphans
from nexusplanner.domain.brief import CampaignBrief, Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

FULL, OPTION, _ = proposed("efficiency", desk())
START = date(2027, 1, 4)


def segment(size: int, yearly: float, *, contactable: int | None = None) -> SegmentFact:
    return SegmentFact(
        id="seg-a", name="A", lifecycle="active", rule="", size=size, share=1.0, value=1.0,
        contactable=size if contactable is None else contactable, orders_last_year=round(size * yearly),
    )  # fmt: skip


def calendar(drawn: date | None) -> Calculation:
    rows: list[JsonObject] = [] if drawn is None else [{"kind": "experiment_start", "date": drawn.isoformat()}]
    return Calculation.record("calendar", "1", inputs={}, outputs={"activities": [*rows]})


def lasting(days: int) -> Desk:
    brief = FULL.brief.model_copy(update={"period": Period(start=START, end=START + timedelta(days=days - 1))})
    return dataclasses.replace(FULL, brief=brief, calculations=())


def designed(days: int, *segments: SegmentFact, drawn: date | None = None) -> dict[str, Calculation]:
    option: Option = dataclasses.replace(OPTION, segments=segments)
    return {c.name: c for c in holdout_calculations(lasting(days), option, calendar(drawn))}


def rows_of(looks: Calculation) -> list[JsonObject]:
    rows = looks.outputs["looks"]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


@settings(max_examples=30, deadline=None)
@given(st.integers(7, 200), st.integers(200, 200_000), st.floats(0.05, 40.0))
def test_every_holdout_ends_in_the_period_and_its_rule_is_traced(days: int, people: int, yearly: float) -> None:
    made = designed(days, segment(people, yearly))
    if not made:
        return
    size, looks = made["experiment_size"], made["experiment_looks"]
    dates = [date.fromisoformat(str(row["date"])) for row in rows_of(looks)]
    assert dates[0] >= START
    assert dates == sorted(set(dates))
    assert dates[-1] <= START + timedelta(days=days - 1)
    assert len(dates) <= 5
    assert 0 < float(str(size.outputs["holdout_share"])) <= 0.5
    assert int(str(size.outputs["n_holdout"])) + int(str(size.outputs["n_treated"])) == people
    brief: CampaignBrief = lasting(days).brief
    assert orphans(stop_rule(size, looks), FigurePool.of(brief, (), made.values())) == ()
    assert all(recompute(c) == c.outputs for c in made.values())


def test_many_people_need_a_small_holdout_that_finds_a_tenth() -> None:
    made = designed(84, segment(100_000, 1.0))
    size = made["experiment_size"].outputs
    assert float(str(size["holdout_share"])) < 0.2
    assert float(str(size["mde"])) <= 0.1 * float(str(size["baseline"])) * (1 + 1e-9)
    assert "may be given up" in stop_rule(made["experiment_size"], made["experiment_looks"])


def test_few_people_are_halved_and_the_rule_says_what_can_be_found() -> None:
    made = designed(84, segment(500, 1.0))
    size = made["experiment_size"].outputs
    assert size["holdout_share"] == 0.5
    assert points(float(str(size["mde"]))) in stop_rule(made["experiment_size"], made["experiment_looks"])


@pytest.mark.parametrize(("people", "yearly"), [(150, 1.0), (1000, 0.0), (1000, 2000.0)])
def test_nothing_is_designed_where_nothing_could_be_seen(people: int, yearly: float) -> None:
    """Too few people; nobody who orders; everybody who orders."""
    assert designed(84, segment(people, yearly)) == {}


def test_the_test_begins_when_the_holdout_is_drawn() -> None:
    drawn = START + timedelta(days=20)
    made = designed(84, segment(5000, 1.0), drawn=drawn)
    assert made["experiment_looks"].outputs["start"] == drawn.isoformat()
    assert made["experiment_size"].outputs["days"] == 63
    rule = stop_rule(made["experiment_size"], made["experiment_looks"])
    assert drawn.isoformat() in rule


def test_one_look_is_all_a_week_has() -> None:
    made = designed(7, segment(5000, 1.0))
    assert len(rows_of(made["experiment_looks"])) == 1
    assert "given up" not in stop_rule(made["experiment_size"], made["experiment_looks"])


@pytest.mark.parametrize(
    ("share", "told"), [(0.1234, "12"), (0.0123, "1.2"), (0.00093, "0.093"), (0.0999, "10"), (0.00996, "1")]
)
def test_points_keep_the_digits_that_tell(share: float, told: str) -> None:
    assert points(share) == f"{told} percentage point{'' if told == '1' else 's'}"
