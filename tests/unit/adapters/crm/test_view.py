"""The summary says what plain counting says, whatever the orders are."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.crm.view import Cuts, scored_sql
from nexusplanner.adapters.tables.connection import connect
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.testing.crm import InMemoryCRM, Order

ORDERS = st.lists(
    st.builds(
        Order,
        st.sampled_from([f"c{n}" for n in range(12)]),
        st.dates(date(2022, 1, 1), date(2024, 12, 31)),
        st.decimals(0, 500, places=2),
    ),
    min_size=1,
    max_size=60,
)


def counted(orders: list[Order]) -> dict[str, tuple[int, int, Decimal, int]]:
    """Customer -> days since the last order, orders, money, orders in the last year."""
    as_of = max(o.day for o in orders)
    by_customer: dict[str, list[Order]] = {}
    for order in orders:
        by_customer.setdefault(order.customer_id, []).append(order)
    return {
        customer: (
            (as_of - max(o.day for o in own)).days,
            len(own),
            sum((o.amount for o in own), Decimal(0)),
            sum(o.day > as_of - timedelta(days=365) for o in own),
        )
        for customer, own in by_customer.items()
    }


def score(value: float, edges: tuple[float, ...]) -> int:
    return 1 + sum(value > edge for edge in edges)


@settings(max_examples=20, deadline=None)
@given(ORDERS)
def test_cells_are_what_plain_counting_gives(orders: list[Order]) -> None:
    """Sizes, orders, money and recency of every cell follow from the edges."""
    summary = asyncio.run(InMemoryCRM(orders).summarise(tenant="t"))
    people = counted(orders)
    cells: dict[tuple[int, int, int], list[tuple[int, int, Decimal, int]]] = {}
    for facts in people.values():
        key = (
            6 - score(facts[0], summary.recency_edges),
            score(facts[1], summary.frequency_edges),
            score(float(facts[2]), summary.money_edges),
        )
        cells.setdefault(key, []).append(facts)
    assert {(c.r, c.f, c.m): (c.size, c.orders, c.orders_last_year) for c in summary.cells} == {
        key: (len(own), sum(f[1] for f in own), sum(f[3] for f in own)) for key, own in cells.items()
    }
    for cell in summary.cells:
        own = cells[cell.r, cell.f, cell.m]
        assert cell.revenue == float(sum(f[2] for f in own))
        assert abs(cell.recency_days - sum(f[0] for f in own) / len(own)) < 1e-9
    assert summary.revenue == float(sum(o.amount for o in orders))
    check_quintiles(summary, list(people.values()))


def check_quintiles(summary: CustomerSummary, people: list[tuple[int, int, Decimal, int]]) -> None:
    """Equal values share a score, larger ones never have a smaller one, and the extremes get 1 and 5."""
    for values, edges in (
        (sorted({float(f[1]) for f in people}), summary.frequency_edges),
        (sorted({float(f[2]) for f in people}), summary.money_edges),
        (sorted({float(f[0]) for f in people}), summary.recency_edges),
    ):
        scores = [score(value, edges) for value in values]
        assert all(low <= high for low, high in pairwise(scores))
        assert scores[0] == 1
        assert scores[-1] == (5 if len(values) > 1 else 1)


def test_distinct_values_fall_into_fifths() -> None:
    """Thirty customers who differ in everything make five groups of six on each scale."""
    orders = [Order(f"c{n}", date(2024, 1, 1) + timedelta(days=n), Decimal(n)) for n in range(30) for _ in range(n + 1)]
    summary = asyncio.run(InMemoryCRM(orders).summarise(tenant="t"))
    for scale in ("r", "f", "m"):
        sizes = Counter[int]()
        for cell in summary.cells:
            sizes[getattr(cell, scale)] += cell.size
        assert dict(sizes) == dict.fromkeys(range(1, 6), 6)


def test_a_scale_that_nothing_is_known_of_is_3() -> None:
    """The middle, for everyone."""
    customers = "SELECT 'a' AS customer_id, 1 AS recency_days, 1 AS frequency, 1 AS monetary"
    rest = "first_order last_order consent_email consent_sms email_known phone_known country language segment"
    nulls = ", ".join(f"NULL AS {name}" for name in [*rest.split(), "orders_last_year", "revenue_last_year"])
    with connect(threads=1) as con:
        scored = scored_sql(f"{customers}, {nulls}", Cuts())
        assert con.execute(f"SELECT r, f, m FROM ({scored})").fetchall() == [(3, 3, 3)]
