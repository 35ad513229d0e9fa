"""Segments, experiments, customer value, compliance, calendar, unit costs: each against what is known."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calculators.markets import TRUTH, long_history

from nexusplanner.calculators import (
    allocate,
    build_calendar,
    check_compliance,
    fit_bgnbd,
    fit_response_curves,
    kpi_tree,
    plan_flights,
    power_two_proportions,
    recompute,
    sample_size_two_proportions,
    size_experiment,
    size_segments,
)
from nexusplanner.domain.brief import CampaignBrief, Period
from nexusplanner.domain.customers import CustomerCell, CustomerSummary
from nexusplanner.testing.plans import sample_brief

EDGES = (10.0, 20.0, 30.0, 40.0)


def summary(cells: tuple[CustomerCell, ...]) -> CustomerSummary:
    return CustomerSummary(
        source="tx.csv",
        as_of=date(2026, 6, 30),
        customers=sum(c.size for c in cells),
        orders=sum(c.orders for c in cells),
        revenue=sum(c.revenue for c in cells),
        first_order=date(2025, 1, 1),
        last_order=date(2026, 6, 30),
        has_consent=True,
        recency_edges=EDGES,
        frequency_edges=EDGES,
        money_edges=EDGES,
        cells=cells,
        view_sql="SELECT 1",
    )


cells = st.builds(
    lambda r, f, m, size, orders: CustomerCell(
        r=r, f=f, m=m, size=size, contactable_email=size // 2, contactable_sms=size // 4, orders=size * orders,
        revenue=size * orders * 20.0, recency_days=30.0 * (6 - r), orders_last_year=size,
    ),
    st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(1, 500), st.integers(1, 9),
)  # fmt: skip


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(cells, min_size=1, max_size=40, unique_by=lambda c: (c.r, c.f, c.m)))
def test_segments_share_out_all_customers_and_nobody_twice(given_cells: list[CustomerCell]) -> None:
    base = summary(tuple(given_cells))
    sized = size_segments(base)
    rows = sized.outputs["segments"]
    assert isinstance(rows, list)
    found = [dict(r) for r in rows if isinstance(r, dict)]
    assert sum(int(str(r["size"])) for r in found) == base.customers
    assert sum(float(str(r["share"])) for r in found) == pytest.approx(1)
    assert all(int(str(r["contactable"])) <= int(str(r["size"])) for r in found)
    assert recompute(sized) == sized.outputs


def test_the_sample_size_is_the_published_one() -> None:
    assert sample_size_two_proportions(0.00573, 0.00884) == pytest.approx(11_603, abs=12)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(0.01, 0.5), st.floats(0.01, 0.3))
def test_the_sample_size_reaches_its_power_and_one_less_does_not(p1: float, lift: float) -> None:
    n = sample_size_two_proportions(p1, p1 + lift)
    assert power_two_proportions(p1, p1 + lift, n_per_arm=n) >= 0.8 - 1e-9
    if n > 4:
        assert power_two_proportions(p1, p1 + lift, n_per_arm=n - 2) < 0.8 + 1e-6


def test_an_experiment_fits_its_audience() -> None:
    sized = size_experiment(baseline=0.1, mde=None, audience=4000, max_days=60).outputs
    assert int(str(sized["n_per_arm"])) * 2 <= 4000
    assert float(str(sized["mde"])) > 0


def test_bgnbd_gives_the_published_cdnow_fit(shared: Path) -> None:
    with (shared / "data/cdnow/cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    x, t_x, observed = (np.array([float(r[c]) for r in rows]) for c in ("x", "t_x", "T"))
    fit = fit_bgnbd(x, t_x, observed)
    assert (fit.r, fit.alpha, fit.a, fit.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=2e-3)
    assert fit.log_likelihood == pytest.approx(-9582.4, abs=0.1)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(days=st.integers(1, 150), country=st.sampled_from(["US", "DE", "JP"]))
def test_activities_lie_in_the_period_and_follow_what_they_need(days: int, country: str) -> None:
    made = fit_response_curves(
        long_history(weeks=20), channels=("search", "email"), metric="conversions", implied_unit_cost=None, seed=3
    )
    period = Period(start=date(2026, 11, 20), end=date.fromordinal(date(2026, 11, 20).toordinal() + days))
    money = allocate(made, total=Decimal(20_000), currency="EUR", weeks=period.weeks)
    calendar = build_calendar(
        period=period,
        flights=plan_flights(money, made, period=period),
        channels=("search", "email"),
        direct=("email",),
        segments=("seg-a",),
        countries=(country,),
    ).outputs
    rows, shut = calendar["activities"], calendar["holidays"]
    assert isinstance(rows, list)
    assert isinstance(shut, list)
    holidays = {str(h["date"]) for h in shut if isinstance(h, dict)}
    acts = [dict(r) for r in rows if isinstance(r, dict)]
    for act in acts:
        assert str(period.start) <= str(act["date"]) <= str(act["end"]) <= str(period.end)
        needed = act["depends_on"]
        assert isinstance(needed, list)
        assert all(str(acts[int(str(i))]["date"]) <= str(act["date"]) for i in needed)
        if act["kind"] == "send":
            assert str(act["date"]) not in holidays


def test_unit_costs_follow_the_rows() -> None:
    history = long_history()
    made = fit_response_curves(history, channels=tuple(TRUTH), metric="conversions", implied_unit_cost=None, seed=3)
    money = allocate(made, total=Decimal(60_000), currency="USD", weeks=12)
    tree = kpi_tree(made, history=history, allocation=money, weeks=12, price=50.0, margin=0.4).outputs
    channels = tree["channels"]
    assert isinstance(channels, dict)
    search = channels["search"]
    assert isinstance(search, dict)
    series = history.channels["search"]
    assert series.conversions is not None
    quarter = sum(series.spend[-13:]) / sum(series.conversions[-13:])
    assert float(str(search["cpa"])) == pytest.approx(quarter, rel=1e-6)
    assert float(str(tree["allowable_cpa"])) == pytest.approx(20.0)


def test_e_mail_without_consent_needs_action() -> None:
    brief: CampaignBrief = sample_brief().model_copy(update={"compliance": ("gdpr",)})
    checks = check_compliance(brief, channels=("email",), direct=("email",), has_consent=False).outputs["checks"]
    assert isinstance(checks, list)
    assert [c["status"] for c in checks if isinstance(c, dict)] == ["action_needed"]
