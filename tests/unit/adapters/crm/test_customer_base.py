"""A base is summarised the same way whatever the order of its rows."""

from __future__ import annotations

import asyncio
import random
from datetime import date
from decimal import Decimal

from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.testing.crm import InMemoryCRM, Order, Person

ORDERS = [Order(f"c{n % 11}", date(2024, 1, 1 + n % 28), Decimal(n * 7 % 13) / 10) for n in range(80)]


def summary_of(orders: list[Order], people: list[Person] | None = None) -> CustomerSummary:
    return asyncio.run(InMemoryCRM(orders, people or ()).summarise(tenant="t"))


def test_the_order_of_rows_does_not_matter() -> None:
    """Tenths add up to the same bytes in any order."""
    expected = summary_of(ORDERS).model_dump(exclude={"view_sql"})
    for seed in range(3):
        shuffled = random.Random(seed).sample(ORDERS, len(ORDERS))
        assert summary_of(shuffled).model_dump(exclude={"view_sql"}) == expected


def test_months_without_revenue_are_zero_and_two_years_are_kept() -> None:
    """The months run without a gap up to the last day."""
    months = summary_of([Order("a", date(2021, 5, 1), Decimal(9)), Order("a", date(2024, 5, 1), Decimal(1))])
    revenue = months.monthly_revenue
    assert (len(revenue), min(revenue), max(revenue)) == (24, "2022-06", "2024-05")
    assert sum(revenue.values()) == revenue["2024-05"] == 1.0


def test_labels_are_counted_the_most_frequent_first() -> None:
    """At most two hundred of them; the rest is a column of something else."""
    people = [Person(f"p{n}", country=f"country {n:03d}") for n in range(250)]
    people += [Person("q", country="country 249", language="en")]
    summary = summary_of(ORDERS, people)
    assert next(iter(summary.countries.items())) == ("country 249", 2)
    assert len(summary.countries) == 200
    assert summary.languages == {"en": 1}


def test_cells_of_prospects_alone_are_as_old_as_the_data() -> None:
    """Their recency is unknown; it counts as the whole span."""
    people = [Person(f"p{n}") for n in range(5)]
    orders = [Order("a", date(2024, 1, 1), Decimal(5))] * 2 + [Order("b", date(2024, 1, 31), Decimal(2))]
    summary = summary_of(orders, people)
    (lowest,) = (cell for cell in summary.cells if cell.orders == 0)
    assert ((lowest.r, lowest.f, lowest.m), lowest.size, lowest.recency_days) == ((1, 1, 1), 5, 30.0)
