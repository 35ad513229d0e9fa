"""Segments: the built-in ones share out everyone; the brief's own stand beside them, measured by their rules."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators import recompute, size_segments
from nexusplanner.calculators.segment_rules import SEGMENTS, label_rule
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.crm import InMemoryCRM, Order, Person

ORDERS = [
    Order(f"c{n % 41}", date(2024, 1, 1) + timedelta(days=n * n % 420), Decimal(n * 31 % 97) / 2) for n in range(260)
]
PEOPLE = [
    Person(
        f"c{n}", has_email=n % 3 > 0, consent_email=n % 4 > 0, consent_sms=n % 5 == 0, segment=("VIP", "it's")[n % 2]
    )
    for n in range(50)
]
CRM = InMemoryCRM(ORDERS, PEOPLE, currency="EUR")
SPENDERS = "SELECT customer_id FROM customer_summary WHERE monetary > 60"
CONDITIONS = st.builds("{} >= {}".format, st.sampled_from("rfm"), st.integers(1, 6))


def summary(rules: dict[str, str]) -> CustomerSummary:
    async def measured() -> CustomerSummary:
        found = await CRM.summarise(tenant="t")
        return found.model_copy(update={"measured": await CRM.measure(rules, tenant="t")})

    return asyncio.run(measured())


def rows(sized: Calculation, key: str = "segments") -> dict[str, JsonObject]:
    found = sized.outputs[key]
    assert isinstance(found, list)
    return {str(row["id"]): row for row in found if isinstance(row, dict)}


def overlaps(sized: Calculation) -> list[JsonObject]:
    found = sized.outputs["overlaps"]
    assert isinstance(found, list)
    return [row for row in found if isinstance(row, dict)]


def count(rule: object) -> int:
    return asyncio.run(CRM.count(str(rule), tenant="t"))


def test_the_rules_part_all_quintiles_when_run_as_sql() -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE VIEW customer_summary AS SELECT r * 10 + f AS customer_id, r, f "
            "FROM range(1, 6) AS a(r), range(1, 6) AS b(f)"
        )
        found = [[row[0] for row in con.execute(rule.sql).fetchall()] for rule in SEGMENTS]
    everyone = sorted(customer for segment in found for customer in segment)
    assert everyone == sorted(r * 10 + f for r in range(1, 6) for f in range(1, 6))
    assert all(found)


@settings(max_examples=25, deadline=None)
@given(st.lists(CONDITIONS, max_size=3))
def test_every_rule_gives_its_size_again(conditions: list[str]) -> None:
    """The built-in ones add up to everyone whatever else is measured; overlaps are what both rules select."""
    rules = {f"own {i}": f"SELECT customer_id FROM customer_summary WHERE {c}" for i, c in enumerate(conditions)}
    sized = size_segments(summary(rules))
    found = rows(sized)
    assert sum(int(str(r["size"])) for r in found.values() if r["source"] == "rfm") == 50
    for row in found.values():
        assert row["size"] == count(row["rule"])
        assert int(str(row["contactable"])) <= int(str(row["size"]))
    for pair in overlaps(sized):
        a, b = (str(found[str(pair[side])]["rule"]).partition(" WHERE ")[2] for side in "ab")
        assert pair["size"] == count(f"SELECT customer_id FROM customer_summary WHERE ({a}) AND ({b})") > 0
        smaller = min(int(str(found[str(pair[side])]["size"])) for side in "ab")
        assert pair["share_of_smaller"] == pytest.approx(int(str(pair["size"])) / smaller)
    assert recompute(sized) == sized.outputs


def test_a_label_of_the_source_is_a_segment_whatever_it_is_called() -> None:
    """A quote in the label stays a letter."""
    sized = size_segments(summary({"it's": label_rule("it's")}))
    own = rows(sized)["seg-own-it-s"]
    assert own["source"] == "label"
    assert own["rule"] == "SELECT customer_id FROM customer_summary WHERE segment = 'it''s'"
    assert own["size"] == count(own["rule"]) == 25


def test_a_built_in_segment_is_named_by_its_name_or_id() -> None:
    sized = size_segments(summary({}), named=("champions", "SEG-LAPSED", "nobody knows"))
    assert {i for i, row in rows(sized).items() if row["named"]} <= {"seg-champions", "seg-lapsed"}
    assert rows(sized)["seg-champions"]["named"] is True
    assert not overlaps(sized)


def test_a_rule_wins_over_the_built_in_segment_of_its_name() -> None:
    sized = size_segments(summary({"Champions": SPENDERS}), named=("Champions",))
    assert rows(sized)["seg-own-champions"]["named"] is True
    assert rows(sized)["seg-champions"]["named"] is False


def test_a_rule_has_the_lifecycle_most_of_its_customers_have() -> None:
    by_lifecycle: dict[str, str] = {rule.lifecycle: rule.sql.partition(" WHERE ")[2] for rule in SEGMENTS}
    rules = {name: f"SELECT customer_id FROM customer_summary WHERE {where}" for name, where in by_lifecycle.items()}
    found = rows(size_segments(summary(rules)))
    for name in by_lifecycle:
        own = next(row for row in found.values() if row["name"] == name)
        assert own["lifecycle"] == name or not own["size"]


def test_a_rule_that_selects_nobody_is_there_and_empty() -> None:
    own = rows(size_segments(summary({"none": f"{SPENDERS} AND r < 0"})))["seg-own-none"]
    assert (own["size"], own["contactable"], own["value"], own["value_per_customer"]) == (0, 0, 0, None)


def test_the_value_of_a_segment_is_what_it_spent_in_the_last_year() -> None:
    """To the cent, where the source sums it up; its orders at its average order where it does not."""
    found = summary({"spenders": SPENDERS})
    since = found.as_of - timedelta(days=365)
    bought: dict[str, list[Order]] = {}
    for order in ORDERS:
        bought.setdefault(order.customer_id, []).append(order)
    rich = [own for own in bought.values() if sum(o.amount for o in own) > 60]
    spent = sum(o.amount for own in rich for o in own if o.day > since)
    own = rows(size_segments(found))["seg-own-spenders"]
    assert own["value"] == pytest.approx(float(spent))
    cells = tuple(cell.model_copy(update={"revenue_last_year": 0.0}) for cell in found.cells)
    old = rows(size_segments(found.model_copy(update={"cells": cells})))["seg-champions"]
    assert old["value"] == pytest.approx(float(str(old["average_order"])) * int(str(old["orders_last_year"])))
