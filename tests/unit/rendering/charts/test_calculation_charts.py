"""Pictures of tests, calendars and KPI trees must be well-formed and tell their calculation's own figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from xml.etree import ElementTree

import pytest
from tests.unit.calculators.markets import TRUTH, long_history

from nexusplanner import calculators as numbers
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering import Plot
from nexusplanner.rendering.charts import Chart

PERIOD = Period(start=dt.date(2027, 1, 4), end=dt.date(2027, 3, 28))


@cache
def _design(*, futility: bool = True) -> Calculation:
    return numbers.sequential_design(looks=3, futility=futility)


def _looks(*, sd: float | None = None) -> Calculation:
    size = numbers.size_experiment(baseline=0.05, mde=0.02, audience=40_000, max_days=28, sd=sd)
    return numbers.schedule_looks(_design(), size, start=PERIOD.start, days=(7, 14, 28))


def _look(treated: int) -> Calculation:
    control, variant = numbers.Arm(900, 40), numbers.Arm(900, treated)
    return numbers.read_look(_design(), look=1, metric="orders", control=control, variant=variant)


@cache
def _curves() -> Calculation:
    return numbers.fit_response_curves(
        long_history(), channels=tuple(TRUTH), metric="conversions", implied_unit_cost=None, seed=3
    )


@cache
def _split() -> Calculation:
    from decimal import Decimal

    return numbers.allocate(_curves(), total=Decimal(60_000), currency="USD", weeks=12, seed=3)


def _tree() -> Calculation:
    return numbers.kpi_tree(_curves(), history=long_history(), allocation=_split(), weeks=12, price=50.0, margin=0.4)


def _calendar() -> Calculation:
    flights = numbers.plan_flights(_split(), _curves(), period=PERIOD)
    return numbers.build_calendar(
        period=PERIOD, flights=flights, channels=(*TRUTH, "email"), segments=("seg-a",), direct=("email",)
    )


MAKERS: dict[str, Callable[[], Calculation]] = {
    "calendar": _calendar,
    "holdout": lambda: numbers.size_holdout(baseline=0.05, lift=0.02, audience=40_000),
    "holdout, too few": lambda: numbers.size_holdout(baseline=0.05, lift=0.01, audience=400),
    "holdout of a mean": lambda: numbers.size_holdout(baseline=20.0, lift=1.0, audience=4_000, sd=9.0),
    "kpi tree": _tree,
    "kpi tree without history": lambda: numbers.kpi_tree(_curves(), history=None, allocation=_split(), weeks=12),
    "looks": _looks,
    "looks of a mean": lambda: _looks(sd=0.2),
    "design": _design,
    "design without futility": lambda: _design(futility=False),
    "one look": lambda: numbers.sequential_design(looks=1),
    "look that goes on": lambda: _look(44),
    "look that is won": lambda: _look(120),
}


def _only(plot: Plot) -> Chart:
    (chart,) = plot.charts
    return chart


def _cells(chart: Chart) -> str:
    return " | ".join(cell for row in chart.rows for cell in row)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_picture_is_well_formed_within_its_width_and_told_in_words(make: Callable[[], Calculation]) -> None:
    plot = make().plot()
    ElementTree.fromstring(plot.svg)
    assert "nan" not in plot.svg
    chart = _only(plot)
    assert chart.description.endswith(".")
    assert all(len(row) == len(chart.header) for row in chart.rows)
    for panel in chart.panels:
        for element in ElementTree.fromstring(str(panel.svg)).iter():
            left, width = element.get("x", "0"), element.get("width", "0")
            if left.endswith("%") and width.endswith("%"):
                assert float(left[:-1]) + float(width[:-1]) <= 100.02
    assert make().plot().html == plot.html


def test_a_design_draws_each_boundary_once_a_look_and_no_futility_at_the_last() -> None:
    svg = _design().plot().svg
    assert svg.count('class="better"') == svg.count('class="worse"') == 3
    assert svg.count('class="given-up"') == 2
    assert "given-up" not in str(_only(_design(futility=False).plot()).panels[0].svg)


def test_looks_stand_on_their_days_with_leads_in_points_or_in_the_metrics_unit() -> None:
    chart = _only(_looks().plot())
    assert [row[0] for row in chart.rows] == ["10 Jan", "17 Jan", "31 Jan"]
    rows = _looks().outputs["looks"]
    assert isinstance(rows, list)
    first = rows[0]
    assert isinstance(first, dict)
    assert float(chart.rows[0][1]) == pytest.approx(100 * float(str(first["lead"])), rel=0.01)
    assert "metric's unit" in _only(_looks(sd=0.2).plot()).title


def test_a_look_tells_its_decision_beside_the_boundary() -> None:
    assert _only(_look(44).plot()).rows[0] == ("Decision", "Continue")
    assert _only(_look(120).plot()).rows[0] == ("Decision", "Better")


def test_a_holdout_marks_the_share_chosen_among_the_usual_ones() -> None:
    chosen = MAKERS["holdout"]()
    chart = _only(chosen.plot())
    shares = [row[0] for row in chart.rows]
    assert f"{float(str(chosen.outputs['holdout_share'])):.0%}" in shares
    assert shares == sorted(shares, key=lambda share: float(share[:-1]))
    assert str(chart.panels[0].svg).count('class="bar"') == 1
    assert "but not that" in _only(MAKERS["holdout, too few"]().plot()).description


def test_a_kpi_tree_tells_all_channels_first_and_owns_what_it_does_not_know() -> None:
    chart = _only(_tree().plot(currency="USD"))
    assert chart.rows[0][0] == "All channels"
    assert len(chart.panels) == len(chart.rows)
    assert "weeks" in chart.description
    bare = _only(MAKERS["kpi tree without history"]().plot())
    assert "not known" in str(bare.panels[0].svg)
    assert "loses money" not in bare.description


def test_a_calendar_is_drawn_without_a_plan() -> None:
    made = _calendar()
    rows = made.outputs["activities"]
    assert isinstance(rows, list)
    chart = _only(made.plot())
    assert chart.description.startswith(f"{len(rows)} activities in ")
    assert "Send to seg-a" in str(chart.panels[0].svg)
