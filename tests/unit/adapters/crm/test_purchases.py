"""Purchases summed into groups: days with an order, whatever the order of the rows, never too many groups."""

from __future__ import annotations

import asyncio
import random
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

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
    crm = InMemoryCRM(many(2_000))
    summary = asyncio.run(crm.summarise(tenant="t"))
    everyone = {"everyone": "SELECT customer_id FROM customer_summary"}
    rule = asyncio.run(crm.measure(everyone, tenant="t")).rules[0]
    assert 100 < len(summary.purchases.size) <= MOST_PURCHASE_CELLS
    assert 20 < len(summary.spends.size) <= MOST_SPEND_CELLS
    assert 50 < len(rule.purchases.size) <= MOST_RULE_CELLS
    assert sum(rule.purchases.repeats) == sum(summary.purchases.repeats)


def test_the_order_of_rows_changes_neither_groups_nor_fit() -> None:
    orders = many(300)
    expected = summary_of(orders)
    for seed in (1, 2):
        found = summary_of(random.Random(seed).sample(orders, len(orders)))
        assert (found.purchases, found.spends) == (expected.purchases, expected.spends)
        model = fit_value_model(found.purchases, found.spends)
        assert model == fit_value_model(expected.purchases, expected.spends)
        assert not model.missing
