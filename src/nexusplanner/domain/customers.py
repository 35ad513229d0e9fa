"""Customers, summarised: never single people, only cells of recency, frequency and money."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.purchases import PurchaseCells, SpendCells
from nexusplanner.domain.quality import DataQuality


class CustomerCell(DomainModel):
    """All customers who share one recency, frequency and money quintile."""

    r: int
    """Recency quintile, 1 (longest ago) to 5 (most recent)."""
    f: int
    """Frequency quintile, 1 (fewest orders) to 5."""
    m: int
    """Money quintile, 1 (least) to 5."""
    size: int
    contactable_email: int
    """How many of them have an address (where addresses are held) and a recorded consent to e-mail."""
    contactable_sms: int
    orders: int
    revenue: float
    """All they ever spent, in the currency of the source."""
    recency_days: float
    """Mean days since the last order."""
    orders_last_year: int
    """Orders within 365 days before ``as_of``."""
    revenue_last_year: float = 0.0
    """What they spent within 365 days before ``as_of``, in the currency of the source."""


class MeasuredRule(DomainModel):
    """The customers whom one rule selects, summarised like the whole base."""

    name: str
    rule: str
    """One ``SELECT`` over ``customer_summary``."""
    cells: tuple[CustomerCell, ...] = ()
    purchases: PurchaseCells = PurchaseCells()
    """Empty where the source holds no single orders."""

    @property
    def size(self) -> int:
        """How many customers it selects."""
        return sum(cell.size for cell in self.cells)


class RuleOverlap(DomainModel):
    """Customers whom two rules both select."""

    a: str
    """Name of the rule that was asked for first."""
    b: str
    size: int
    contactable_email: int
    contactable_sms: int


class RuleMeasures(DomainModel):
    """What came of measuring rules, in the order they were asked for."""

    rules: tuple[MeasuredRule, ...] = ()
    overlaps: tuple[RuleOverlap, ...] = ()
    """Pairs that have customers in common, no other."""


class CustomerSummary(DomainModel):
    """The customer base as numbers: what segments are sized from."""

    source: str
    as_of: date
    """The last day of the data; recency counts from here."""
    customers: int
    orders: int
    revenue: float
    first_order: date
    last_order: date
    currency: str | None = None
    has_consent: bool
    """Whether the source records consent at all; where it does not, nobody is contactable."""
    has_orders: bool = True
    """Whether the source holds single orders; where it does not, r, f and m are 3 as far as unknown."""
    recency_edges: tuple[float, ...]
    """Four cut points in days between the recency quintiles, ascending."""
    frequency_edges: tuple[float, ...]
    """Four cut points in orders, ascending."""
    money_edges: tuple[float, ...]
    """Four cut points in money, ascending."""
    cells: tuple[CustomerCell, ...]
    countries: dict[str, int] = Field(default_factory=dict)
    languages: dict[str, int] = Field(default_factory=dict)
    segments: dict[str, int] = Field(default_factory=dict)
    """Sizes of the source's own segment labels, where it has them."""
    monthly_revenue: dict[str, float] = Field(default_factory=dict)
    """``YYYY-MM`` -> revenue, the last 24 months."""
    view_sql: str
    """SQL that builds ``customer_summary`` from the source; segment rules select from that view."""
    quality: tuple[DataQuality, ...] = ()
    purchases: PurchaseCells = PurchaseCells()
    """Purchases of everyone; empty where the source holds no single orders."""
    spends: SpendCells = SpendCells()
    """Mean spends of everyone who bought again; empty where the source holds no single orders."""
    measured: RuleMeasures = RuleMeasures()
    """The segments that the brief names or writes as rules, where it does."""
