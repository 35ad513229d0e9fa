"""Rules measured together say what each one says alone."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.crm.measure import MAX_RULES
from nexusplanner.domain.customers import RuleMeasures
from nexusplanner.errors import InputError
from nexusplanner.testing.crm import InMemoryCRM, Order, Person

ORDERS = [
    Order(f"c{n % 37}", date(2024, 1, 1) + timedelta(days=n * n % 400), Decimal(n * 31 % 97) / 2) for n in range(200)
]
PEOPLE = [
    Person(f"c{n}", has_email=n % 3 > 0, consent_email=n % 4 > 0, consent_sms=n % 5 == 0, segment=("a", "b")[n % 2])
    for n in range(45)
]
CRM = InMemoryCRM(ORDERS, PEOPLE)

CONDITIONS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from("rfm"), st.sampled_from((">=", "<", "=")), st.integers(1, 5)),
    st.builds("frequency > {}".format, st.integers(0, 8)),
    st.builds("monetary BETWEEN {} AND 300".format, st.integers(0, 200)),
    st.sampled_from(("consent_email", "segment = 'a'", "frequency = 1", "recency_days IS NULL", "false", "true")),
)
RULES = st.lists(CONDITIONS, min_size=1, max_size=5).map(
    lambda found: {f"rule {i}": f"SELECT customer_id FROM customer_summary WHERE {c}" for i, c in enumerate(found)}
)


def measure(rules: dict[str, str]) -> RuleMeasures:
    return asyncio.run(CRM.measure(rules, tenant="t"))


def count(rule: str) -> int:
    return asyncio.run(CRM.count(rule, tenant="t"))


@settings(max_examples=40, deadline=None)
@given(RULES)
def test_sizes_and_overlaps_are_what_counting_gives(rules: dict[str, str]) -> None:
    """Every size and every pair, whichever of the two was asked for first."""
    found = measure(rules)
    sizes = {rule.name: rule.size for rule in found.rules}
    assert sizes == {name: count(rule) for name, rule in rules.items()}
    backwards = measure(dict(reversed(rules.items())))
    pairs = {frozenset((o.a, o.b)): o.size for o in found.overlaps}
    assert pairs == {frozenset((o.a, o.b)): o.size for o in backwards.overlaps}
    for overlap in found.overlaps:
        one, other = (rules[name].partition(" WHERE ")[2] for name in (overlap.a, overlap.b))
        both = f"SELECT customer_id FROM customer_summary WHERE ({one}) AND ({other})"
        assert 0 < overlap.size == count(both) <= min(sizes[overlap.a], sizes[overlap.b])
        email = count(f"{both} AND consent_email AND email_known IS DISTINCT FROM false")
        assert overlap.contactable_email == email


@settings(max_examples=20, deadline=None)
@given(RULES)
def test_nobody_is_reachable_who_is_not_there(rules: dict[str, str]) -> None:
    for rule in measure(rules).rules:
        for cell in rule.cells:
            assert max(cell.contactable_email, cell.contactable_sms) <= cell.size
        assert sum(rule.purchases.size) <= rule.size


def test_a_rule_that_brings_a_customer_twice_counts_it_once() -> None:
    twice = "SELECT customer_id FROM customer_summary UNION ALL SELECT customer_id FROM customer_summary"
    assert measure({"twice": twice}).rules[0].size == 45


def test_one_measuring_leaves_nothing_to_the_next() -> None:
    """Tables of one call are gone in the next, and another call at the same time has its own."""
    rules = {"late": "SELECT customer_id FROM customer_summary WHERE r > 3"}

    async def at_once() -> list[RuleMeasures]:
        return await asyncio.gather(*(CRM.measure(rules, tenant="t") for _ in range(20)))

    assert all(found == measure(rules) for found in asyncio.run(at_once()))


def test_rules_beyond_number_are_refused() -> None:
    with pytest.raises(InputError, match=f"more rules than the {MAX_RULES}"):
        measure({f"{n}": "SELECT customer_id FROM customer_summary" for n in range(MAX_RULES + 1)})
