"""Segments: the customer base parted by recency and frequency into named groups with a lifecycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerCell, CustomerSummary
from nexusplanner.domain.model import JsonObject

Lifecycle = Literal["new", "active", "at_risk", "lapsed"]


@dataclass(frozen=True)
class SegmentRule:
    """A named block of the recency and frequency quintiles, both ends included."""

    id: str
    name: str
    lifecycle: Lifecycle
    r: tuple[int, int]
    f: tuple[int, int]

    @property
    def sql(self) -> str:
        """Write the rule as SQL over ``customer_summary``."""
        where = " AND ".join((_between("r", *self.r), _between("f", *self.f)))
        return f"SELECT customer_id FROM customer_summary WHERE {where}"  # noqa: S608 - whole numbers of ours

    def holds(self, cell: CustomerCell) -> bool:
        """Say whether a cell's customers are in the segment."""
        return self.r[0] <= cell.r <= self.r[1] and self.f[0] <= cell.f <= self.f[1]


SEGMENTS: tuple[SegmentRule, ...] = (
    SegmentRule("seg-champions", "Champions", "active", (4, 5), (4, 5)),
    SegmentRule("seg-promising", "Promising repeat buyers", "active", (4, 5), (2, 3)),
    SegmentRule("seg-newcomers", "Newcomers", "new", (4, 5), (1, 1)),
    SegmentRule("seg-steady", "Steady buyers", "active", (3, 3), (3, 5)),
    SegmentRule("seg-drifting", "Drifting occasional buyers", "at_risk", (3, 3), (1, 2)),
    SegmentRule("seg-slipping", "Loyal buyers slipping away", "at_risk", (1, 2), (4, 5)),
    SegmentRule("seg-lapsed", "Lapsed buyers", "lapsed", (1, 2), (1, 3)),
)
"""Every pair of quintiles is in exactly one of these blocks."""


class _SegmentInputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str | None
    cells: tuple[CustomerCell, ...]


def _between(column: str, low: int, high: int) -> str:
    if low == high:
        return f"{column} = {low}"
    if high == 5:
        return f"{column} >= {low}"
    return f"{column} <= {high}" if low == 1 else f"{column} BETWEEN {low} AND {high}"


def size_segments(customers: CustomerSummary, *, evidence: Sequence[str] = ()) -> Calculation:
    """Part the customer base into named segments and size them.

    Sizes come from the summary's cells; each segment's ``rule`` is SQL over the view
    ``customer_summary`` that gives the same customers again. ``value`` is the revenue of the last
    year: its orders at the segment's average order. ``contactable`` counts who can be reached by
    e-mail or by text message, whichever reaches more.

    Args:
        customers: The base, summarised into recency, frequency and money cells.
        evidence: Ids of the evidence the summary is.
    """
    cells: list[JsonValue] = [cell.model_dump(mode="json") for cell in customers.cells]
    return calculate(
        "customer_segments",
        {"currency": customers.currency, "cells": cells},
        explain=lambda _: (
            f"Parted {customers.customers:,} customers of {customers.source} by recency and frequency "
            f"quintiles as of {customers.as_of.isoformat()}."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Size segments from plain JSON."""
    given = _SegmentInputs.model_validate(inputs)
    customers = sum(cell.size for cell in given.cells)
    revenue = sum(cell.revenue for cell in given.cells)
    segments: list[JsonValue] = []
    for rule in SEGMENTS:
        cells = [cell for cell in given.cells if rule.holds(cell)]
        if sum(cell.size for cell in cells) > 0:
            segments.append(_segment(rule, cells, customers=customers, revenue=revenue))
    return {
        "customers": customers,
        "revenue": float(revenue),
        "currency": given.currency,
        "segments": segments,
        "overlaps": [],
    }


def _segment(rule: SegmentRule, cells: list[CustomerCell], *, customers: int, revenue: float) -> JsonObject:
    size, orders = sum(c.size for c in cells), sum(c.orders for c in cells)
    spent, last_year = sum(c.revenue for c in cells), sum(c.orders_last_year for c in cells)
    average = spent / orders if orders else 0.0
    email, sms = sum(c.contactable_email for c in cells), sum(c.contactable_sms for c in cells)
    return {
        "id": rule.id,
        "name": rule.name,
        "lifecycle": rule.lifecycle,
        "rule": rule.sql,
        "size": size,
        "contactable_email": email,
        "contactable_sms": sms,
        "contactable": max(email, sms),
        "share": size / customers,
        "value": average * last_year,
        "orders": orders,
        "orders_last_year": last_year,
        "average_order": average,
        "recency_days": sum(c.recency_days * c.size for c in cells) / size,
        "share_of_revenue": spent / revenue if revenue > 0 else 0.0,
    }
