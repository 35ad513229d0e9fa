"""The KPI tree: its numbers follow from each other, from the rows they were read from, and add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.markets import TRUTH, long_history, wide_history

from nexusplanner.calculators import allocate, fit_response_curves, kpi_tree, recompute
from nexusplanner.calculators.kpis import compute
from nexusplanner.calculators.unit_costs import RECENT_WEEKS, recent_past
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.model import JsonObject

CURVES = fit_response_curves(
    long_history(), channels=tuple(TRUTH), metric="conversions", implied_unit_cost=None, seed=3
)
MONEY = allocate(CURVES, total=Decimal(60_000), currency="USD", weeks=12, contingency_share=0.05)
Figures = dict[str, float | None]


def table(outputs: JsonObject, key: str) -> Figures:
    return cast(Figures, outputs[key])


def channels(outputs: JsonObject) -> dict[str, Figures]:
    return cast(dict[str, Figures], outputs["channels"])


def known(value: float | None) -> float:
    assert value is not None
    return value


sums = st.floats(1, 1e6)


@st.composite
def pasts(draw: st.DrawFn) -> JsonObject:
    """Draw sums of rows in which no click is without an impression, and columns may be missing."""
    impressions = draw(sums)
    clicks = impressions * draw(st.floats(0.001, 1))
    conversions = clicks * draw(st.floats(0.001, 1))
    row: JsonObject = {"impressions": impressions, "clicks": clicks, "conversions": conversions,
                       "revenue": conversions * draw(st.floats(1, 500))}  # fmt: skip
    missing = draw(st.sets(st.sampled_from(sorted(row))))
    kept: JsonObject = {"spend": draw(sums), **{name: None if name in missing else row[name] for name in row}}
    return {"basis": "recent", "rows": 13, "chosen": kept, "all": kept}


@st.composite
def trees(draw: st.DrawFn) -> JsonObject:
    names = draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, unique=True))
    lines = [
        {"channel": n, "amount": draw(sums), "expected": draw(sums), "marginal_return": draw(st.floats(0, 10))}
        for n in names
    ]
    whole = sum(cast(float, line["amount"]) for line in lines)
    return cast(
        JsonObject,
        {
            "metric": draw(st.sampled_from(["conversions", "revenue", "leads", "signups", "visits"])),
            "past": {n: draw(pasts()) for n in names if draw(st.booleans())},
            "lines": lines,
            "total": whole * draw(st.floats(1, 1.2)),
            "weeks": draw(st.integers(1, 60)),
            "price": draw(st.none() | st.floats(1, 500)),
            "margin": draw(st.none() | st.floats(0.01, 1)),
            "customer_value": draw(st.none() | st.floats(1, 500)),
        },
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(trees())
def test_every_number_follows_from_the_others(given_tree: JsonObject) -> None:
    out = compute(given_tree)
    margin = cast("float | None", given_tree["margin"])
    for row in (*channels(out).values(), table(out, "total")):
        for whole, part, rate in (
            ("impressions", "clicks", "ctr"),
            ("clicks", "conversions", "expected_cvr"),
            ("conversions", "revenue", "aov"),
            ("spend", "revenue", "roas"),
            ("conversions", "spend", "expected_cpa"),
        ):
            if row[whole] is not None and row[part] is not None and row[rate] is not None:
                assert known(row[whole]) * known(row[rate]) == pytest.approx(known(row[part]), rel=1e-9)
        if row["impressions"] is not None and row["clicks"] is not None:
            assert known(row["impressions"]) >= known(row["clicks"]) * (1 - 1e-9)
        if row["roi"] is not None and margin is not None:
            kept, spent = known(row["revenue"]) * margin, known(row["spend"])
            assert row["roi"] == pytest.approx((kept - spent) / spent, abs=1e-9)
        if row["cpa_headroom"] is not None:
            assert known(row["expected_cpa"]) + known(row["cpa_headroom"]) == pytest.approx(
                known(cast("float | None", out["allowable_cpa"]))
            )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(trees())
def test_channels_add_up_to_the_total_and_a_hole_is_no_zero(given_tree: JsonObject) -> None:
    out = compute(given_tree)
    total, rows = table(out, "total"), channels(out).values()
    for name in ("spend", "impressions", "clicks", "conversions", "revenue"):
        parts = [row[name] for row in rows]
        if None in parts:
            assert total[name] is None
        else:
            assert total[name] == pytest.approx(sum(known(part) for part in parts))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(trees())
def test_at_break_even_the_margin_is_what_was_spent(given_tree: JsonObject) -> None:
    out = compute(given_tree)
    total, margin, weeks = table(out, "total"), given_tree["margin"], given_tree["weeks"]
    pays = cast(Figures, out)
    if margin is None:
        assert {pays[n] for n in ("break_even", "break_even_revenue", "allowable_cpa", "roi", "payback_weeks")} == {
            None
        }
        return
    share = float(str(margin))
    assert known(pays["break_even_revenue"]) * share == pytest.approx(known(total["spend"]))
    assert known(pays["break_even_revenue_with_contingency"]) * share == pytest.approx(float(str(given_tree["total"])))
    if pays["allowable_cpa"] is not None:
        assert known(pays["break_even"]) * known(pays["allowable_cpa"]) == pytest.approx(known(total["spend"]))
    if pays["payback_weeks"] is not None:
        kept_a_week = known(total["revenue"]) * share / float(str(weeks))
        assert known(pays["payback_weeks"]) * kept_a_week == pytest.approx(known(total["spend"]))
        assert (known(pays["roi"]) >= 0) == (known(pays["payback_weeks"]) <= float(str(weeks)) * (1 + 1e-12))


def test_the_plan_is_judged_by_hand() -> None:
    """Two channels, reckoned with pen and paper."""
    past: JsonObject = {
        "spend": 1000.0,
        "impressions": 200_000.0,
        "clicks": 4000.0,
        "conversions": 100.0,
        "revenue": 5000.0,
    }
    line: JsonObject = {"channel": "search", "amount": 2000.0, "expected": 160.0, "marginal_return": 0.05}
    other: JsonObject = {"channel": "radio", "amount": 500.0, "expected": 40.0, "marginal_return": 0.04}
    out = compute(
        {
            "metric": "conversions",
            "past": {"search": {"basis": "all", "rows": 50, "chosen": past, "all": past}},
            "lines": [line, other],
            "total": 2600.0,
            "weeks": 10,
            "price": 60.0,
            "margin": 0.5,
        }
    )
    search, radio, total = channels(out)["search"], channels(out)["radio"], table(out, "total")
    assert (search["cpm"], search["cpc"], search["cpa"]) == (5.0, 0.25, 10.0)
    assert (search["ctr"], search["cvr"], search["aov"]) == (0.02, 0.025, 50.0)
    assert (search["impressions"], search["clicks"], search["revenue"]) == (400_000.0, 8000.0, 8000.0)
    assert (search["expected_cpa"], search["expected_cvr"], search["roas"], search["roi"]) == (12.5, 0.02, 4.0, 1.0)
    assert search["marginal_roi"] == pytest.approx(0.05 * 50 * 0.5 - 1)
    assert (radio["clicks"], radio["cpa"], radio["aov"], radio["revenue"]) == (None, None, 60.0, 2400.0)
    assert (total["clicks"], total["conversions"], total["revenue"]) == (None, 200.0, 10_400.0)
    assert out["allowable_cpa"] == 30.0
    assert out["break_even"] == pytest.approx(2500 / 30)
    assert out["break_even_with_contingency"] == pytest.approx(2600 / 30)
    assert out["roi"] == pytest.approx((5200 - 2500) / 2500)
    assert out["payback_weeks"] == pytest.approx(2500 / 520)


def test_nobody_pays_the_price_for_a_lead() -> None:
    line: JsonObject = {"channel": "a", "amount": 10.0, "expected": 5.0, "marginal_return": 0.1}
    tree: JsonObject = {"past": {}, "lines": [line], "total": 10.0, "weeks": 1, "price": 60.0, "margin": 0.5}
    leads = compute({**tree, "metric": "leads"})
    assert (channels(leads)["a"]["revenue"], leads["allowable_cpa"], leads["break_even"]) == (None, None, None)
    assert channels(compute({**tree, "metric": "signups"}))["a"]["revenue"] == 300.0


def test_the_value_of_a_customer_stands_beside_the_first_order() -> None:
    tree = kpi_tree(CURVES, history=None, allocation=MONEY, weeks=12, price=50.0, margin=0.4, customer_value=75.0)
    assert (tree.outputs["allowable_cpa"], tree.outputs["allowable_cpa_lifetime"]) == (20.0, 75.0)
    assert "no history" in tree.explanation
    assert recompute(tree) == tree.outputs


def _history(weeks: int, *, cadence: str = "weekly", pause: int = 0) -> ChannelHistory:
    """Costs double in the last quarter; ``pause`` leaves the last weeks without money."""
    step = 7 if cadence == "weekly" else 1
    rows = weeks * 7 // step
    last = RECENT_WEEKS * 7 // step
    stop = pause * 7 // step
    spend = tuple(0.0 if k >= rows - stop else 100.0 for k in range(rows))
    clicks = tuple(0.0 if not s else 100.0 if k >= rows - last else 200.0 for k, s in enumerate(spend))
    return ChannelHistory.model_validate(
        {
            "source": "h.csv",
            "layout": "long",
            "cadence": cadence,
            "dates": tuple(date(2024, 1, 1) + timedelta(days=step * k) for k in range(rows)),
            "channels": {"a": ChannelSeries(spend=spend, clicks=clicks)},
        }
    )


@pytest.mark.parametrize("cadence", ["weekly", "daily"])
def test_prices_are_those_of_the_last_quarter(cadence: str) -> None:
    row = recent_past(_history(60, cadence=cadence))["a"]
    assert row["basis"] == "recent"
    assert row["rows"] == (13 if cadence == "weekly" else 91)
    chosen = cast(Figures, row["chosen"])
    assert known(chosen["spend"]) / known(chosen["clicks"]) == 1.0


@pytest.mark.parametrize(("weeks", "pause"), [(60, 10), (13, 0), (5, 0)])
def test_a_short_or_paused_history_is_told_by_all_rows(weeks: int, pause: int) -> None:
    history = _history(weeks, pause=pause)
    row = recent_past(history)["a"]
    assert (row["basis"], row["rows"]) == ("all", weeks)
    assert row["chosen"] == row["all"]


def test_the_tree_says_which_rows_it_is_of() -> None:
    tree = kpi_tree(CURVES, history=long_history(), allocation=MONEY, weeks=12, price=50.0, margin=0.4)
    assert tree.explanation.endswith("at the unit costs of the last 13 rows of 3 channels in long.csv.")
    row = cast(dict[str, object], channels(tree.outputs)["search"])
    drift = cast(Figures, row["drift"])
    series = long_history().channels["search"]
    assert series.conversions is not None
    recent, ever = (sum(series.spend[k:]) / sum(series.conversions[k:]) for k in (-RECENT_WEEKS, 0))
    assert drift["cpa"] == pytest.approx(recent / ever, rel=1e-6)
    assert recompute(tree) == tree.outputs


def test_a_wide_history_leaves_open_what_no_channel_has_alone() -> None:
    history = wide_history()
    curves = fit_response_curves(history, channels=tuple(TRUTH), metric="revenue", implied_unit_cost=None, seed=3)
    money: Calculation = allocate(curves, total=Decimal(60_000), currency="USD", weeks=12)
    tree = kpi_tree(curves, history=history, allocation=money, weeks=12, margin=0.4).outputs
    for row in channels(tree).values():
        assert {row[name] for name in ("cpm", "cpc", "cpa", "ctr", "cvr", "aov", "conversions")} == {None}
        assert known(row["revenue"]) > 0
    assert tree["roi"] is not None
    assert tree["allowable_cpa"] is None
