"""Purchases summed into groups: days with an order, whatever the order of the rows, never too many groups."""

from __future__ import annotations

import asyncio
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.crm import purchases
from nexusplanner.adapters.crm.purchases import MOST_PURCHASE_CELLS, MOST_RULE_CELLS, MOST_SPEND_CELLS
from nexusplanner.calculators.segment_value import fit_value_model
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.testing.crm import InMemoryCRM, Order

ORDERS = st.lists(
    st.builds(
        Order,
        st.sampled_from([f"c{n}" for n in range(9)]),
        st.dates(date(2024, 1, 1), date(2024, 12, 31)),
        st.decimals(0, 500, places=2),
    ),
    min_size=1,
    max_size=60,
)


def summary_of(orders: list[Order]) -> CustomerSummary:
    return asyncio.run(InMemoryCRM(orders).summarise(tenant="t"))


@settings(max_examples=20, deadline=None)
@given(ORDERS)
def test_sums_are_what_plain_counting_gives(orders: list[Order]) -> None:
    cells, as_of = summary_of(orders).purchases, max(o.day for o in orders)
    days: dict[str, dict[date, Decimal]] = {}
    for order in orders:
        own = days.setdefault(order.customer_id, {})
        own[order.day] = own.get(order.day, Decimal(0)) + order.amount
    assert sum(cells.size) == len(days)
    assert sum(cells.repeats) == sum(len(own) - 1 for own in days.values())
    assert sum(cells.active_days) == sum((max(own) - min(own)).days for own in days.values())
    assert sum(cells.watched_days) == sum((as_of - min(own)).days for own in days.values())
    spent = sum(sum(own.values()) - own[min(own)] for own in days.values())
    assert abs(sum(cells.spent) - float(spent)) < 1e-6


def many(customers: int) -> list[Order]:
    luck = random.Random(4)
    return [
        Order(f"c{n}", date(2023, 1, 1) + timedelta(days=luck.randrange(700)), Decimal(luck.randrange(1, 90_000)) / 100)
        for n in range(customers)
        for _ in range(luck.choice((1, 1, 2, 3, 8, 20)))
    ]


def test_groups_are_few_however_many_customers_there_are() -> None:
    crm = InMemoryCRM(many(1_200))
    summary = asyncio.run(crm.summarise(tenant="t"))
    everyone = {"everyone": "SELECT customer_id FROM customer_summary"}
    rule = asyncio.run(crm.measure(everyone, tenant="t")).rules[0]
    assert 100 < len(summary.purchases.size) <= MOST_PURCHASE_CELLS
    assert 20 < len(summary.spends.size) <= MOST_SPEND_CELLS
    assert 50 < len(rule.purchases.size) <= MOST_RULE_CELLS
    assert sum(rule.purchases.repeats) == sum(summary.purchases.repeats)


def test_of_very_many_orders_a_sample_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same customers each time; what they are expected to buy is near what all are."""
    orders = many(1_000)
    exact = summary_of(orders)
    monkeypatch.setattr(purchases, "MOST_ORDERS", len(orders) // 3 + 1)
    sampled = summary_of(orders)
    assert sampled.purchases == summary_of(orders[::-1]).purchases
    assert exact.purchases.share == 1
    assert sampled.purchases.share == pytest.approx(1 / 3, abs=0.05)
    assert sum(sampled.purchases.size) == round(sampled.purchases.share * 1_000)
    all_of_them, some = (fit_value_model(s.purchases, s.spends).outlook(s.purchases) for s in (exact, sampled))
    assert all_of_them is not None
    assert some is not None
    assert some.purchases == pytest.approx(all_of_them.purchases, rel=0.25)
    assert some.money == pytest.approx(all_of_them.money, rel=0.25)
    assert [c.size for c in sampled.cells] == [c.size for c in exact.cells]


def test_a_rule_whose_customers_are_not_in_the_sample_expects_nothing_rather_than_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unknown is not zero."""
    monkeypatch.setattr(purchases, "MOST_ORDERS", 300)
    crm = InMemoryCRM(many(300))
    model = fit_value_model(*((s := asyncio.run(crm.summarise(tenant="t"))).purchases, s.spends))
    rules = {f"c{n}": f"SELECT customer_id FROM customer_summary WHERE customer_id = 'c{n}'" for n in range(40)}
    found = asyncio.run(crm.measure(rules, tenant="t")).rules
    unseen = [rule for rule in found if not rule.purchases.size]
    assert 0 < len(unseen) < 40
    assert all(rule.purchases.share == 0 and model.outlook(rule.purchases) is None for rule in unseen)


def test_the_order_of_rows_changes_neither_groups_nor_fit() -> None:
    orders = many(150)
    expected = summary_of(orders)
    found = summary_of(random.Random(1).sample(orders, len(orders)))
    assert (found.purchases, found.spends) == (expected.purchases, expected.spends)
    model = fit_value_model(found.purchases, found.spends)
    assert model == fit_value_model(expected.purchases, expected.spends)
    assert not model.missing
