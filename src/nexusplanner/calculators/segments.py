"""Segments: the customer base parted by recency and frequency, and the brief's own groups beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Literal, cast

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.segment_ids import own_ids
from nexusplanner.calculators.segment_rules import SEGMENTS, Lifecycle, SegmentRule, label_rule
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerCell, CustomerSummary, MeasuredRule
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.purchases import PurchaseCells, SpendCells

if TYPE_CHECKING:
    from nexusplanner.calculators.segment_value import ValueModel


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Cell(BaseModel):
    """Customers of one recency and frequency; what a segment does not need of a cell is left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    r: int
    f: int
    size: int
    contactable_email: int
    contactable_sms: int
    orders: int
    revenue: float
    recency_days: float
    orders_last_year: int
    revenue_last_year: float = 0.0


class _Own(_Row):
    id: str
    name: str
    rule: str
    source: Literal["rule", "label"]
    cells: tuple[_Cell, ...]
    purchases: PurchaseCells = PurchaseCells()


class _Shared(_Row):
    a: str
    b: str
    size: int
    contactable: int


class _SegmentInputs(_Row):
    currency: str | None
    cells: tuple[_Cell, ...]
    purchases: PurchaseCells = PurchaseCells()
    spends: SpendCells = SpendCells()
    own: tuple[_Own, ...] = ()
    overlaps: tuple[_Shared, ...] = ()
    named: tuple[str, ...] = ()


def size_segments(
    customers: CustomerSummary, *, named: Sequence[str] = (), evidence: Sequence[str] = ()
) -> Calculation:
    """Part the customer base into named segments and size them, the brief's own beside the built-in ones.

    Sizes come from the summary's cells; each segment's ``rule`` is SQL over the view
    ``customer_summary`` that gives the same customers again. ``value`` is the revenue of the last
    year, as the source sums it up, else its orders at the segment's average order. ``contactable``
    counts who can be reached by e-mail or by text message, whichever reaches more.

    ``expected_purchases``, ``expected_value`` (in the source's currency), ``value_per_customer`` and
    ``alive`` (the mean chance, among those who bought again, to be active still) are of the next 365
    days, by BG/NBD and Gamma-Gamma; None where the source has no single orders, or too few customers
    bought again.

    The built-in segments share out all customers. Those measured by a rule (``source`` is ``rule``, or
    ``label`` for the source's own) may overlap them and each other: ``overlaps`` lists every pair
    with customers in common.

    Args:
        customers: The base, summarised into recency, frequency and money cells.
        named: Names the brief gives; a built-in segment of such a name or id is marked ``named``, as
            all measured ones are.
        evidence: Ids of the evidence the summary is.
    """
    cells: list[JsonValue] = [cell.model_dump(mode="json") for cell in customers.cells]
    measured = customers.measured
    ids = dict(zip((m.name for m in measured.rules), own_ids([m.name for m in measured.rules]), strict=True))
    overlaps: list[JsonValue] = [
        {"a": ids[o.a], "b": ids[o.b], "size": o.size, "contactable": max(o.contactable_email, o.contactable_sms)}
        for o in measured.overlaps
    ]
    known = {m.name.casefold() for m in measured.rules}
    return calculate(
        "customer_segments",
        {
            "currency": customers.currency,
            "cells": cells,
            "purchases": customers.purchases.model_dump(mode="json"),
            "spends": customers.spends.model_dump(mode="json"),
            "own": [_own_input(rule, ids[rule.name], customers) for rule in measured.rules],
            "overlaps": overlaps,
            "named": [name for name in named if name.casefold() not in known],
        },
        explain=lambda out: _explained(customers, out),
        evidence=tuple(evidence),
    )


def _own_input(measured: MeasuredRule, segment: str, customers: CustomerSummary) -> JsonObject:
    by_quintiles: dict[tuple[int, int], list[CustomerCell]] = {}
    for cell in measured.cells:
        by_quintiles.setdefault((cell.r, cell.f), []).append(cell)
    is_label = measured.rule == label_rule(measured.name) and measured.name in customers.segments
    return {
        "id": segment,
        "name": measured.name,
        "rule": measured.rule,
        "source": "label" if is_label else "rule",
        "cells": [_joined(r, f, cells) for (r, f), cells in sorted(by_quintiles.items())],
        "purchases": measured.purchases.model_dump(mode="json"),
    }


def _joined(r: int, f: int, cells: Sequence[CustomerCell]) -> JsonObject:
    sums = ("size", "contactable_email", "contactable_sms", "orders", "orders_last_year", "revenue")
    size = sum(cell.size for cell in cells)
    return {
        "r": r,
        "f": f,
        **{name: sum(getattr(cell, name) for cell in cells) for name in sums},
        "revenue_last_year": sum(cell.revenue_last_year for cell in cells),
        "recency_days": sum(cell.recency_days * cell.size for cell in cells) / size,
    }


def _explained(customers: CustomerSummary, outputs: JsonObject) -> str:
    told = (
        f"Parted {customers.customers:,} customers of {customers.source} by recency and frequency "
        f"quintiles as of {customers.as_of.isoformat()}"
    )
    if own := len(customers.measured.rules):
        told += f", measured {own} more by the brief's own names and rules"
    lifetime = cast(dict[str, object], outputs["lifetime"])
    if not lifetime["missing"]:
        told += (
            f", and expected the next {lifetime['days']} days of each from the orders of "
            f"{lifetime['repeat_buyers']:,} customers who bought again (BG/NBD and Gamma-Gamma)"
        )
    return f"{told}."


def compute(inputs: JsonObject) -> JsonObject:
    """Size segments from plain JSON."""
    from nexusplanner.calculators.segment_value import fit_value_model

    given = _SegmentInputs.model_validate(inputs)
    base = _Base(given, fit_value_model(given.purchases, given.spends))
    segments = [*base.built_in(), *base.own()]
    sizes = {str(row["id"]): int(str(row["size"])) for row in segments}
    return {
        "customers": base.customers,
        "revenue": float(base.revenue),
        "currency": given.currency,
        "lifetime": base.model.told(),
        "segments": list(segments),
        "overlaps": [_overlap(shared, sizes) for shared in (*given.overlaps, *base.across())],
    }


def _overlap(shared: _Shared, sizes: dict[str, int]) -> JsonValue:
    smaller = min(sizes[shared.a], sizes[shared.b])
    return {**shared.model_dump(mode="json"), "share_of_smaller": shared.size / smaller}


class _Base:
    """The customer base, ready to be parted."""

    def __init__(self, given: _SegmentInputs, model: ValueModel) -> None:
        self.given, self.model = given, model
        self.customers = sum(cell.size for cell in given.cells)
        self.revenue = sum(cell.revenue for cell in given.cells)
        self._knows_last_year = any(cell.revenue_last_year for cell in given.cells)
        self._named = {name.casefold() for name in given.named}

    def built_in(self) -> Iterator[JsonObject]:
        """Size the built-in segments that have customers."""
        for rule in SEGMENTS:
            cells = [cell for cell in self.given.cells if rule.holds(cell.r, cell.f)]
            if sum(cell.size for cell in cells) > 0:
                head: JsonObject = {
                    "id": rule.id,
                    "name": rule.name,
                    "source": "rfm",
                    "named": bool({rule.id, rule.name.casefold()} & self._named),
                    "lifecycle": rule.lifecycle,
                    "rule": rule.sql,
                }
                yield head | self._figures(cells, _within(self.given.purchases, rule))

    def own(self) -> Iterator[JsonObject]:
        """Size the segments of the brief, empty ones too."""
        for segment in self.given.own:
            head: JsonObject = {
                "id": segment.id,
                "name": segment.name,
                "source": segment.source,
                "named": True,
                "lifecycle": _usual_lifecycle(segment.cells),
                "rule": segment.rule,
            }
            yield head | self._figures(segment.cells, segment.purchases)

    def across(self) -> Iterator[_Shared]:
        """Find what the brief's segments share with the built-in ones."""
        for segment in self.given.own:
            for rule in SEGMENTS:
                both = [cell for cell in segment.cells if rule.holds(cell.r, cell.f)]
                size, _, _, contactable = _people(both)
                if size:
                    yield _Shared(a=segment.id, b=rule.id, size=size, contactable=contactable)

    def _figures(self, cells: Sequence[_Cell], purchases: PurchaseCells) -> JsonObject:
        size, email, sms, contactable = _people(cells)
        orders, last_year = sum(c.orders for c in cells), sum(c.orders_last_year for c in cells)
        spent = float(sum(c.revenue for c in cells))
        average = spent / orders if orders else 0.0
        ahead = self.model.outlook(purchases)
        return {
            "size": size,
            "contactable_email": email,
            "contactable_sms": sms,
            "contactable": contactable,
            "share": size / self.customers,
            "value": sum(c.revenue_last_year for c in cells) if self._knows_last_year else average * last_year,
            "orders": orders,
            "orders_last_year": last_year,
            "average_order": average,
            "recency_days": sum(c.recency_days * c.size for c in cells) / size if size else 0.0,
            "share_of_revenue": spent / self.revenue if self.revenue > 0 else 0.0,
            "expected_purchases": ahead.purchases if ahead else None,
            "expected_value": ahead.money if ahead else None,
            "value_per_customer": ahead.money / size if ahead and ahead.money is not None and size else None,
            "alive": ahead.alive if ahead else None,
        }


def _people(cells: Sequence[_Cell]) -> tuple[int, int, int, int]:
    email, sms = sum(c.contactable_email for c in cells), sum(c.contactable_sms for c in cells)
    return sum(c.size for c in cells), email, sms, max(email, sms)


def _within(purchases: PurchaseCells, rule: SegmentRule) -> PurchaseCells:
    kept = [rule.holds(r, f) for r, f in zip(purchases.r, purchases.f, strict=True)]
    columns = {name: tuple(compress(column, kept)) for name, column in purchases if isinstance(column, tuple)}
    return purchases.model_copy(update=columns)


def _usual_lifecycle(cells: Sequence[_Cell]) -> Lifecycle:
    """Return the lifecycle most customers have; the first of equals in the order of the built-in segments."""
    sizes: dict[Lifecycle, int] = {rule.lifecycle: 0 for rule in SEGMENTS}
    for cell in cells:
        sizes[next(rule.lifecycle for rule in SEGMENTS if rule.holds(cell.r, cell.f))] += cell.size
    return max(sizes, key=lambda lifecycle: sizes[lifecycle])
