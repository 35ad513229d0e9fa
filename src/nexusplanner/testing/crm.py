# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal()
"""A customer base in memory, and what every ``CRM`` must hold.

class TestMyCRM(CRMContract):
    def make(self) -> CRM:
        return MyCRM(...)
"""

from __future__ import annotations

import asyncio
import itertools
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nexusplanner.adapters.crm.customer_base import Base, summarise
from nexusplanner.adapters.crm.measure import measure_rules
from nexusplanner.adapters.crm.rule import count_customers
from nexusplanner.adapters.crm.view import VIEW
from nexusplanner.adapters.tables.connection import connect, literal, lock_down
from nexusplanner.domain.customers import CustomerSummary, RuleMeasures
from nexusplanner.errors import InputError
from nexusplanner.ports import CRM

TENANT = "contract"

BAD_RULES = (
    "",
    "no SQL at all",
    f"DROP TABLE {VIEW}",
    f"SELECT customer_id FROM {VIEW}; DROP TABLE {VIEW}",
    f"SELECT customer_id FROM {VIEW} WHERE no_such_column = 1",
    f"SELECT r FROM {VIEW}",
    "SELECT 'made up' AS customer_id",
    "SELECT content AS customer_id FROM read_text('/etc/hostname')",
    "SELECT name AS customer_id FROM duckdb_settings()",
    f"SELECT customer_id FROM {VIEW}) UNION ALL (SELECT customer_id FROM {VIEW}",
    f"COPY {VIEW} TO 'customers.csv'",
    "SET enable_external_access = true",
)
"""What no CRM may run as a segment's rule."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one customer."""

    customer_id: str
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a customer beside orders; None where the source does not say."""

    customer_id: str
    has_email: bool | None = None
    has_phone: bool | None = None
    consent_email: bool = False
    consent_sms: bool = False
    country: str | None = None
    language: str | None = None
    segment: str | None = None


class InMemoryCRM:
    """A customer base made of rows; satisfies the port ``CRM``.

    Args:
        orders: At least one order.
        people: What is known of customers; consent counts as recorded where there is anyone.
        currency: ISO 4217 code of the amounts.
    """

    def __init__(self, orders: Iterable[Order], people: Iterable[Person] = (), *, currency: str | None = None) -> None:
        bought, known = tuple(orders), tuple(people)
        sql = (_orders_sql(bought), _people_sql(known) if known else "")
        con = connect(threads=1)
        self._summary = summarise(
            con,
            Base(
                source="in memory",
                as_of=max(order.day for order in bought),
                orders=sql[0],
                people=sql[1],
                published=sql,
                measured=frozenset({"recency", "frequency", "money"}),
                has_consent=bool(known),
                currency=currency,
            ),
        )
        lock_down(con)
        # DuckDB complains of connections that outlive the interpreter.
        self._open = [con]
        self._release = weakref.finalize(self, self._open.clear)

    async def summarise(self, *, tenant: str) -> CustomerSummary:
        """Return the summary of the rows."""
        del tenant
        return self._summary

    async def count(self, rule: str, *, tenant: str) -> int:
        """Run a segment's rule and count its customers.

        Raises:
            InputError: The rule is no single SELECT over ``customer_summary``.
        """
        del tenant
        return count_customers(self._open[0], rule)

    async def measure(self, rules: Mapping[str, str], *, tenant: str) -> RuleMeasures:
        """Summarise the customers of each rule, and count those whom two rules share.

        Raises:
            InputError: A rule is no single SELECT over ``customer_summary``.
        """
        del tenant
        return measure_rules(self._open[0], rules, summary=self._summary)


class CRMContract:
    """What every ``CRM`` must hold; subclass it and say how to make one.

    The base made must have at least one customer.
    """

    def make(self) -> CRM:
        """Return the CRM under test."""
        raise NotImplementedError

    def summary(self) -> CustomerSummary:
        """Summarise the CRM under test."""
        return asyncio.run(self.make().summarise(tenant=TENANT))

    def counts(self, *rules: str) -> list[int]:
        """Count the customers of rules, all at once."""
        crm = self.make()

        async def all_of_them() -> list[int]:
            return await asyncio.gather(*(crm.count(rule, tenant=TENANT) for rule in rules))

        return asyncio.run(all_of_them())

    def test_it_is_a_crm(self) -> None:
        """It has the methods of the port."""
        assert isinstance(self.make(), CRM)

    def test_the_cells_add_up_to_the_base(self) -> None:
        """Customers, orders and revenue of the cells are those of the whole base."""
        summary = self.summary()
        cells = summary.cells
        assert summary.customers == sum(cell.size for cell in cells) > 0
        assert summary.orders == sum(cell.orders for cell in cells)
        assert abs(summary.revenue - sum(cell.revenue for cell in cells)) <= 0.005 * max(1, len(cells))
        assert len({(cell.r, cell.f, cell.m) for cell in cells}) == len(cells)

    def test_every_cell_is_possible(self) -> None:
        """Scores are quintiles; nobody is contactable twice; a year is part of all time."""
        summary = self.summary()
        for cell in summary.cells:
            assert {cell.r, cell.f, cell.m} <= {1, 2, 3, 4, 5}
            assert cell.size > 0
            assert 0 <= cell.contactable_email <= cell.size
            assert 0 <= cell.contactable_sms <= cell.size
            assert 0 <= cell.orders_last_year <= cell.orders
            assert 0 <= cell.revenue_last_year <= cell.revenue + 0.005
            assert cell.recency_days >= 0

    def test_without_recorded_consent_nobody_is_contactable(self) -> None:
        """Consent is never assumed."""
        summary = self.summary()
        contactable = sum(cell.contactable_email + cell.contactable_sms for cell in summary.cells)
        assert summary.has_consent or contactable == 0

    def test_the_cut_points_ascend(self) -> None:
        """There are four of each, and none is below the one before."""
        summary = self.summary()
        for edges in (summary.recency_edges, summary.frequency_edges, summary.money_edges):
            assert len(edges) == 4
            assert all(low <= high for low, high in itertools.pairwise(edges))

    def test_dates_and_labels_fit_the_base(self) -> None:
        """First order, last order and ``as_of`` stand in this order; labels count each customer once."""
        summary = self.summary()
        assert summary.first_order <= summary.last_order <= summary.as_of
        for labels in (summary.countries, summary.languages, summary.segments):
            assert sum(labels.values()) <= summary.customers

    def test_a_rule_counts_what_its_cell_says(self) -> None:
        """Counting by r, f and m gives every cell's size, and no rule gives everyone."""
        summary = self.summary()
        rules = [
            f"SELECT customer_id FROM {VIEW} WHERE r = {cell.r} AND f = {cell.f} AND m = {cell.m}"
            for cell in summary.cells
        ]
        *sizes, everyone = self.counts(*rules, f"SELECT customer_id FROM {VIEW}")
        assert sizes == [cell.size for cell in summary.cells]
        assert everyone == summary.customers

    def measures(self, rules: Mapping[str, str]) -> RuleMeasures:
        """Measure rules."""
        return asyncio.run(self.make().measure(rules, tenant=TENANT))

    def test_a_measured_rule_has_as_many_customers_as_it_counts(self) -> None:
        """In the order asked for, each with its own rule, nobody left out."""
        rules = {
            "everyone": f"SELECT customer_id FROM {VIEW}",
            "late": f"SELECT customer_id FROM {VIEW} WHERE r >= 3",
            "large": f"SELECT customer_id FROM {VIEW} WHERE m >= 3",
            "nobody": f"SELECT customer_id FROM {VIEW} WHERE r < 0",
        }
        found = self.measures(rules).rules
        assert {rule.name: rule.rule for rule in found} == rules
        assert [rule.name for rule in found] == list(rules)
        assert [rule.size for rule in found] == self.counts(*rules.values())

    def test_a_rule_for_everyone_is_the_summary(self) -> None:
        """Cells are those of the base, and so are purchases, however finely they are told."""
        summary = self.summary()
        (everyone,) = self.measures({"everyone": f"SELECT customer_id FROM {VIEW}"}).rules
        assert everyone.cells == summary.cells
        for column in ("size", "repeats", "active_days", "watched_days"):
            assert sum(getattr(everyone.purchases, column)) == sum(getattr(summary.purchases, column))

    def test_overlaps_are_counted_from_both_sides_alike(self) -> None:
        """An overlap is at most the smaller of two, and what a rule of both conditions counts."""
        late, large = (f"SELECT customer_id FROM {VIEW} WHERE {where}" for where in ("r >= 3", "m >= 3"))
        there, back = self.measures({"a": late, "b": large}), self.measures({"b": large, "a": late})
        both = self.counts(f"SELECT customer_id FROM {VIEW} WHERE r >= 3 AND m >= 3")[0]
        assert [o.size for o in there.overlaps] == [o.size for o in back.overlaps] == ([both] if both else [])
        for overlap in there.overlaps:
            assert 0 <= overlap.contactable_email <= overlap.size <= min(rule.size for rule in there.rules)
            assert 0 <= overlap.contactable_sms <= overlap.size

    def test_no_rule_measures_nothing(self) -> None:
        """Asking for nothing brings nothing."""
        assert self.measures({}) == RuleMeasures()

    def test_only_a_select_over_the_view_is_measured(self) -> None:
        """A refusal names the rule, and nothing of the others is given away."""
        good = f"SELECT customer_id FROM {VIEW}"
        for rule in BAD_RULES:
            refusal = None
            try:
                self.measures({"good": good, "bad one": rule})
            except InputError as error:
                refusal = error
            assert refusal is not None, f"ran: {rule!r}"
            assert refusal.field == "rules.bad one"
            assert "\n" not in str(refusal)

    def test_purchases_are_possible(self) -> None:
        """They are few groups; nobody bought after the last day, or before the first purchase."""
        summary = self.summary()
        cells, spends = summary.purchases, summary.spends
        assert len(cells.size) <= 1_000
        assert summary.has_orders == bool(cells.size)
        assert sum(cells.size) <= summary.customers
        assert sum(cells.size) + sum(cells.repeats) <= summary.orders or not summary.has_orders
        for again, active, watched in zip(cells.repeats, cells.active_days, cells.watched_days, strict=True):
            assert again <= active <= watched
        assert sum(cells.spent) <= summary.revenue + 0.005 * max(1, len(cells.size))
        assert sum(spends.size) <= sum(cells.size)
        assert sum(spends.repeats) <= sum(cells.repeats)

    def test_a_customer_counts_once(self) -> None:
        """A rule that brings customers twice counts them once."""
        assert self.counts(f"SELECT customer_id FROM {VIEW} UNION ALL SELECT customer_id FROM {VIEW}") == [
            self.summary().customers
        ]

    def test_only_a_select_over_the_view_runs(self) -> None:
        """Anything else is refused with one line, and the base stays as it was."""
        crm = self.make()
        before = asyncio.run(crm.summarise(tenant=TENANT)).customers
        for rule in BAD_RULES:
            refusal = ""
            try:
                asyncio.run(crm.count(rule, tenant=TENANT))
            except InputError as error:
                refusal = str(error)
            assert refusal, f"ran: {rule!r}"
            assert "\n" not in refusal
        assert asyncio.run(crm.count(f"SELECT customer_id FROM {VIEW}", tenant=TENANT)) == before

    def test_asking_again_gives_the_same(self) -> None:
        """The same source gives the same summary, byte for byte."""
        crm = self.make()

        async def twice() -> tuple[CustomerSummary, CustomerSummary]:
            return await crm.summarise(tenant=TENANT), await crm.summarise(tenant=TENANT)

        first, second = asyncio.run(twice())
        assert first.model_dump_json() == second.model_dump_json() == self.summary().model_dump_json()

    def test_a_hundred_calls_at_once(self) -> None:
        """Calls do not disturb each other."""
        sizes = self.counts(*(f"SELECT customer_id FROM {VIEW} WHERE r >= {1 + i % 5}" for i in range(100)))
        assert sizes == sizes[:5] * 20


def _orders_sql(orders: Iterable[Order]) -> str:
    rows = ", ".join(
        f"({literal(o.customer_id)}, DATE '{o.day.isoformat()}', CAST({literal(str(o.amount))} AS DECIMAL(18,4)))"
        for o in orders
    )
    return f"SELECT * FROM (VALUES {rows}) AS orders(customer_id, order_date, amount)"


def _people_sql(people: Iterable[Person]) -> str:
    rows = ", ".join(
        f"({literal(p.customer_id)}, {p.consent_email}, {p.consent_sms}, {_flag(p.has_email)}, {_flag(p.has_phone)}, "
        f"{_text(p.country)}, {_text(p.language)}, {_text(p.segment)})"
        for p in people
    )
    names = "customer_id, consent_email, consent_sms, email_known, phone_known, country, language, segment"
    return f"SELECT * FROM (VALUES {rows}) AS people({names})"


def _flag(value: bool | None) -> str:
    return "CAST(NULL AS BOOLEAN)" if value is None else str(value)


def _text(value: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
