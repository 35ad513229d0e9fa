"""Money: to the cent, within its bounds, whatever the budget, the bounds and the currency."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.markets import TRUTH, long_history

from nexusplanner.calculators import (
    allocate,
    allocate_by_past,
    fit_response_curves,
    forecast,
    plan_flights,
    recompute,
    what_if,
)
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.money import minor_unit
from nexusplanner.errors import InfeasibleBudget

CURVES = fit_response_curves(
    long_history(), channels=(*TRUTH, "podcast"), metric="conversions", implied_unit_cost=None, seed=3
)
LEAN = settings(max_examples=25, deadline=None, derandomize=True)


def lines(allocation: Calculation) -> list[dict[str, object]]:
    rows = allocation.outputs["lines"]
    assert isinstance(rows, list)
    return [dict(row) for row in rows if isinstance(row, dict)]


@st.composite
def budgets(draw: st.DrawFn) -> dict[str, object]:
    currency = draw(st.sampled_from(["USD", "EUR", "JPY", "KWD"]))
    cent = minor_unit(currency)
    total = draw(st.integers(10_000, 10**9)) * cent
    share = st.integers(0, 20)
    low = {c: (total * draw(share) / 100).quantize(cent) for c in draw(st.sets(st.sampled_from(sorted(TRUTH))))}
    high = {c: (total * draw(st.integers(40, 100)) / 100).quantize(cent) for c in draw(st.sets(st.just("tv")))}
    return {
        "total": total,
        "currency": currency,
        "weeks": draw(st.integers(1, 30)),
        "contingency_share": draw(st.sampled_from([0.0, 0.03, 0.1])),
        "minimum": low,
        "maximum": high,
    }


@LEAN
@given(budgets(), st.sampled_from([None, 0.1, 0.9]))
def test_lines_and_contingency_are_the_total_and_no_bound_is_broken(
    money: dict[str, object], quantile: float | None
) -> None:
    allocation = allocate(CURVES, **money, quantile=quantile)  # type: ignore[arg-type]
    amounts = {str(row["channel"]): Decimal(str(row["amount"])) for row in lines(allocation)}
    assert sum(amounts.values()) + Decimal(str(allocation.outputs["contingency"])) == money["total"]
    assert sum(float(str(row["share"])) for row in lines(allocation)) == pytest.approx(1, abs=1e-9)
    low, high = money["minimum"], money["maximum"]
    assert isinstance(low, dict)
    assert isinstance(high, dict)
    for channel, least in low.items():
        assert amounts.get(channel, Decimal(0)) >= least
    for channel, most in high.items():
        assert amounts.get(channel, Decimal(0)) <= most


@LEAN
@given(budgets())
def test_the_past_split_adds_up_too(money: dict[str, object]) -> None:
    allocation = allocate_by_past(CURVES, **money)  # type: ignore[arg-type]
    whole = sum(Decimal(str(row["amount"])) for row in lines(allocation))
    assert whole + Decimal(str(allocation.outputs["contingency"])) == money["total"]


@LEAN
@given(budgets(), st.integers(1, 200))
def test_flights_add_up_to_their_lines_and_lie_in_the_period(money: dict[str, object], days: int) -> None:
    allocation = allocate(CURVES, **money)  # type: ignore[arg-type]
    period = Period(start=date(2027, 1, 11), end=date(2027, 1, 11) + timedelta(days=days))
    flights = plan_flights(allocation, CURVES, period=period).outputs["flights"]
    assert isinstance(flights, list)
    for row in lines(allocation):
        mine = [f for f in flights if isinstance(f, dict) and f["channel"] == row["channel"]]
        assert sum(Decimal(str(f["amount"])) for f in mine) == Decimal(str(row["amount"]))
        assert all(period.start <= date.fromisoformat(str(f["week"])) <= period.end for f in mine)


def test_our_split_beats_the_past_one() -> None:
    money = {"total": Decimal(60_000), "currency": "USD", "weeks": 12}
    ours, theirs = allocate(CURVES, **money), allocate_by_past(CURVES, **money)  # type: ignore[arg-type]
    assert float(str(ours.outputs["expected"])) >= float(str(theirs.outputs["expected"]))


def test_marginal_returns_are_equal_where_no_bound_binds() -> None:
    allocation = allocate(CURVES, total=Decimal(60_000), currency="USD", weeks=12)
    free = [
        float(str(r["marginal_return"]))
        for r in lines(allocation)
        if r["bound"] == "none" and r["status"] == "measured"
    ]
    assert len(free) >= 2
    assert max(free) == pytest.approx(min(free), rel=0.02)


def test_bounds_that_clash_are_named() -> None:
    with pytest.raises(InfeasibleBudget, match="minimum"):
        allocate(
            CURVES, total=Decimal(1000), currency="USD", weeks=4, minimum={"tv": Decimal(900), "search": Decimal(900)}
        )
    with pytest.raises(InfeasibleBudget):
        allocate(
            CURVES, total=Decimal(1000), currency="USD", weeks=4, maximum=dict.fromkeys([*TRUTH, "podcast"], Decimal(1))
        )


@LEAN
@given(st.integers(1_000, 200_000), st.integers(1, 40), st.integers(0, 5))
def test_forecasts_are_ordered_and_repeatable(total: int, weeks: int, seed: int) -> None:
    amounts = {"tv": Decimal(total), "search": Decimal(total) / 2}
    made = forecast(CURVES, amounts=amounts, weeks=weeks, target=500.0, seed=seed)
    out = made.outputs
    assert 0 <= float(str(out["p10"])) <= float(str(out["p50"])) <= float(str(out["p90"]))
    assert 0 <= float(str(out["probability_of_target"])) <= 1
    assert recompute(made) == out


def test_more_money_never_brings_less() -> None:
    swept = what_if(CURVES, total=Decimal(60_000), currency="USD", weeks=12, target=2000.0, seed=1)
    points = swept.outputs["points"]
    assert isinstance(points, list)
    middles = [float(str(p["p50"])) for p in points if isinstance(p, dict)]
    assert middles == sorted(middles)
