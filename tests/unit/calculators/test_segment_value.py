"""Value of segments: what few groups say of the future is what all customers one by one say."""

from __future__ import annotations

import asyncio
import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from nexusplanner.adapters.crm.csv import CsvCRM
from nexusplanner.calculators import fit_bgnbd, fit_gamma_gamma, recompute, size_segments
from nexusplanner.calculators.segment_value import fit_value_model
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.purchases import PurchaseCells, SpendCells
from nexusplanner.testing.crm import InMemoryCRM, Order

Histories = dict[str, list[tuple[date, float]]]
SPLIT, END = date(1997, 9, 30), date(1998, 6, 30)


@pytest.fixture(scope="module")
def histories(shared: Path) -> Histories:
    """Every CDNOW customer's days of purchase, with the money of each."""
    days: dict[str, dict[date, float]] = {}
    with (shared / "data/cdnow/cdnow_transactions.csv").open() as file:
        for row in csv.DictReader(file):
            day, own = date.fromisoformat(row["date"]), days.setdefault(row["id"], {})
            own[day] = own.get(day, 0.0) + float(row["spent"])
    return {customer: sorted(own.items()) for customer, own in days.items()}


@pytest.fixture(scope="module")
def calibration(shared: Path) -> CustomerSummary:
    """The same customers as they stood on 30 September 1997."""
    crm = CsvCRM(shared / "data/cdnow/cdnow_transactions.csv", as_of=SPLIT)
    return asyncio.run(crm.summarise(tenant="t"))


def one_by_one(histories: Histories) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows = []
    for own in histories.values():
        seen = [(day, money) for day, money in own if day <= SPLIT]
        again = [money for _, money in seen[1:]]
        first, last = seen[0][0], seen[-1][0]
        mean = sum(again) / len(again) if again else 0.0
        rows.append((len(again), (last - first).days / 7, (SPLIT - first).days / 7, mean))
    x, t_x, watched, mean_spend = np.array(rows).T
    return x, t_x, watched, mean_spend


def test_groups_expect_what_customers_one_by_one_expect(histories: Histories, calibration: CustomerSummary) -> None:
    """The year ahead of CDNOW, in purchases and in money, within 2 %."""
    x, t_x, watched, spend = one_by_one(histories)
    exact = fit_bgnbd(x, t_x, watched)
    purchases = exact.expected(x, t_x, watched, periods=365 / 7)
    money = purchases * fit_gamma_gamma(x, spend).expected(x, spend)
    outlook = fit_value_model(calibration.purchases, calibration.spends).outlook(calibration.purchases)
    assert outlook is not None
    assert outlook.purchases == pytest.approx(purchases.sum(), rel=0.02)
    assert outlook.money == pytest.approx(money.sum(), rel=0.02)
    assert outlook.alive == pytest.approx(exact.alive(x, t_x, watched)[x > 0].mean(), rel=0.02)


def test_groups_meet_the_hold_out_as_well_as_the_model_itself(
    histories: Histories, calibration: CustomerSummary
) -> None:
    """Purchases from October 1997 to June 1998: no further off than the exact fit is, give or take 2 %."""
    x, t_x, watched, _ = one_by_one(histories)
    weeks = (END - SPLIT).days / 7
    came = sum(sum(day > SPLIT for day, _ in own) for own in histories.values())
    exact = float(fit_bgnbd(x, t_x, watched).expected(x, t_x, watched, periods=weeks).sum())
    cells = calibration.purchases
    size, again, active, seen = (
        np.array(c, dtype=float) for c in (cells.size, cells.repeats, cells.active_days, cells.watched_days)
    )
    rows = again / size, active / size / 7, seen / size / 7
    ours = float(size @ fit_bgnbd(*rows, weights=size).expected(*rows, periods=weeks))
    assert abs(ours - came) <= abs(exact - came) + 0.02 * came
    assert ours == pytest.approx(came, rel=0.15)


def test_segments_add_up_to_the_base(calibration: CustomerSummary) -> None:
    """Each customer's future is in exactly one built-in segment."""
    sized = size_segments(calibration)
    rows = sized.outputs["segments"]
    assert isinstance(rows, list)
    found = [dict(row) for row in rows if isinstance(row, dict)]
    outlook = fit_value_model(calibration.purchases, calibration.spends).outlook(calibration.purchases)
    assert outlook is not None
    assert sum(float(str(r["expected_purchases"])) for r in found) == pytest.approx(outlook.purchases)
    assert sum(float(str(r["expected_value"])) for r in found) == pytest.approx(outlook.money)
    heads = {str(r["id"]): float(str(r["value_per_customer"])) for r in found}
    assert heads["seg-champions"] > heads["seg-lapsed"]
    assert recompute(sized) == sized.outputs


def orders(repeat_buyers: int, *, days: int = 300, price: int = 20) -> list[Order]:
    first = date(2025, 1, 1)
    once = [Order(f"o{n}", first + timedelta(days=n % days), Decimal(price)) for n in range(60)]
    again = [
        Order(f"r{n}", first + timedelta(days=(n * k) % days), Decimal(price + n % 7))
        for n in range(repeat_buyers)
        for k in (1, 3, 5)
    ]
    return [*once, *again, Order("last", first + timedelta(days=days), Decimal(price))]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (orders(0), "too few repeat buyers"),
        (orders(20), "too few repeat buyers"),
        (orders(80, days=60), "too short a time"),
        (orders(80), ""),
    ],
    ids=["nobody bought again", "few did", "two months", "enough"],
)
def test_a_year_is_expected_only_where_there_is_enough_to_tell_it(given: list[Order], missing: str) -> None:
    sized = size_segments(asyncio.run(InMemoryCRM(given).summarise(tenant="t"))).outputs
    lifetime, rows = sized["lifetime"], sized["segments"]
    assert isinstance(lifetime, dict)
    assert isinstance(rows, list)
    assert lifetime["missing"] == missing
    assert all((row["expected_purchases"] is None) == bool(missing) for row in rows if isinstance(row, dict))


def test_without_single_orders_nothing_is_expected() -> None:
    model = fit_value_model(PurchaseCells(), SpendCells())
    assert model.missing == "no single orders"
    assert model.outlook(PurchaseCells()) is None


def test_presents_are_expected_but_worth_nothing() -> None:
    """Purchases of no money are purchases; what they bring cannot be described."""
    summary = asyncio.run(
        InMemoryCRM([Order(o.customer_id, o.day, Decimal(0)) for o in orders(80)]).summarise(tenant="t")
    )
    outlook = fit_value_model(summary.purchases, summary.spends).outlook(summary.purchases)
    assert outlook is not None
    assert outlook.purchases > 0
    assert outlook.money is None
