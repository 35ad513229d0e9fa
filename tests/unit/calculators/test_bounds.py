"""Bounds: every clash is a typed error that names it, and rounding never breaks one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calculators.markets import TRUTH, long_history

from nexusplanner.calculators import allocate, fit_response_curves, recompute
from nexusplanner.calculators.bounds import Bounds, to_units
from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InfeasibleBudget, InputError

CURVES = fit_response_curves(
    long_history(weeks=40), channels=tuple(TRUTH), metric="conversions", implied_unit_cost=None, seed=3
)
USD = {"total": Decimal(10_000), "currency": "USD", "weeks": 8}


def amounts(made: Calculation) -> dict[str, Decimal]:
    rows = made.outputs["lines"]
    assert isinstance(rows, list)
    return {str(r["channel"]): Decimal(str(r["amount"])) for r in rows if isinstance(r, dict)}


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ({"excluded": tuple(TRUTH)}, "no channel is left"),
        ({"excluded": ("tv",), "minimum": {"tv": Decimal(5)}}, "tv has a minimum of 5 but is not in the mix"),
        ({"minimum": {"radio": Decimal(5)}}, "radio has a minimum of 5 but is not in the mix"),
        ({"minimum": {"tv": Decimal(9_900)}}, "minimum 9900.00 of tv is more than the 9500.00 USD left"),
        ({"minimum": {"tv": Decimal(900)}, "maximum": {"tv": Decimal(800)}}, "900.00 of tv is above its maximum"),
        ({"minimum": {"tv": Decimal(6_000), "social": Decimal(6_000)}}, "the minimums add up to 12000.00"),
        ({"maximum": dict.fromkeys(TRUTH, Decimal(100))}, "the maximums add up to 300.00"),
        (
            {
                "minimum_or_zero": {"tv": Decimal(9_000), "social": Decimal(9_000)},
                "maximum": {"search": Decimal(10), "tv": Decimal(9_100), "social": Decimal(9_100)},
            },
            "no choice of channels",
        ),
    ],
    ids=["none left", "excluded", "unknown", "one too high", "crossed", "sum too high", "sum too low", "thresholds"],
)
def test_a_clash_is_named(rules: dict[str, object], named: str) -> None:
    with pytest.raises(InfeasibleBudget, match=named):
        allocate(CURVES, **USD, **rules)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"total": Decimal(0)},
        {"total": Decimal("NaN")},
        {"total": Decimal("10.001")},
        {"total": Decimal("10.5"), "currency": "JPY"},
        {"contingency_share": 1.0},
        {"weeks": 0},
        {"minimum": {"tv": Decimal(-1)}},
        {"quantile": 1.0},
    ],
    ids=["nothing", "NaN", "finer than a cent", "half a yen", "all held back", "no week", "negative", "no quantile"],
)
def test_money_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        allocate(CURVES, **(USD | change))  # type: ignore[arg-type]


@given(st.integers(1, 100), st.integers(1, 9_000), st.integers(1, 9_000))
def test_a_channel_gets_nothing_or_at_least_its_threshold(thousands: int, tv: int, social: int) -> None:
    total = Decimal(1_000 * thousands)
    made = allocate(
        CURVES,
        total=total,
        currency="USD",
        weeks=8,
        minimum_or_zero={"tv": Decimal(tv), "social": Decimal(social)},
    )
    spent = amounts(made)
    assert spent.get("tv", Decimal(0)) == 0 or spent["tv"] >= tv
    assert spent.get("social", Decimal(0)) == 0 or spent["social"] >= social
    assert sum(spent.values()) + Decimal(str(made.outputs["contingency"])) == total
    assert recompute(made) == made.outputs


@given(st.data())
def test_rounding_adds_up_within_any_bounds(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    high = [data.draw(st.integers(0, 10**17)) for _ in range(count)]
    low = [data.draw(st.integers(0, h)) for h in high]
    whole = data.draw(st.integers(sum(low), sum(high)))
    shares = [data.draw(st.floats(0, 1)) for _ in range(count)]
    bounds = Bounds(
        tuple(f"c{i}" for i in range(count)), Decimal("0.01"), whole, 0, tuple(low), tuple(high), (0,) * count
    )
    units = to_units(shares, bounds)
    assert sum(units) == whole
    assert all(a <= u <= b for a, u, b in zip(low, units, high, strict=True))
