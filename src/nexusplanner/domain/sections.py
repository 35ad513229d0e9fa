"""The sections of a campaign plan, in the order a reader meets them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.money import plain
from nexusplanner.domain.proposal import Angle, Pillar

Exact = Annotated[Decimal, PlainSerializer(plain, return_type=str)]
"""A decimal that is written as a plain string."""
Share = Annotated[float, Field(ge=0, le=1)]


class PlannedObjective(DomainModel):
    """What is to be reached, and how likely that is."""

    metric: Metric
    target: Exact
    baseline: Exact | None
    """The brief's own, else what the same money would bring split as in the past."""
    stretch: float | None
    """What one run in five would exceed."""
    probability_of_target: float


class PlannedSegment(DomainModel):
    """A group of customers the plan addresses, or a described audience without numbers."""

    id: str
    name: str
    rule: str
    """SQL over ``customer_summary`` that gives ``size`` customers again; empty where there is no data."""
    size: int
    contactable: int
    share: float
    """Of all customers, 0-1."""
    value: float
    """Revenue within the last year of the data, in the source's currency."""
    evidence: tuple[str, ...]
    expected_purchases: float | None = None
    """Purchases within the 365 days after the data; None, as the next three, where it tells too little."""
    expected_value: float | None = None
    """Money of those purchases, in the source's currency."""
    value_per_customer: float | None = None
    """The same for each customer."""
    alive: float | None = None
    """Mean chance, 0-1, of those who bought again to be active still."""


class Strategy(DomainModel):
    """What is said, to whom."""

    positioning: str
    big_idea: str
    pillars: tuple[Pillar, ...]
    angles: tuple[Angle, ...]


class PlannedChannel(DomainModel):
    """One channel and its part."""

    channel: str
    role: str
    audience: tuple[str, ...]
    """Segment ids."""
    formats: tuple[str, ...]
    why: str
    unit_cost: float | None
    """Money per unit of the objective's metric at the planned spend; None where nothing is expected."""
    evidence: tuple[str, ...]


class BudgetLine(DomainModel):
    """Money for one channel. Shares are of the money spent, contingency aside."""

    channel: str
    amount: Exact
    share: Share
    expected: float
    """Expected incremental amount of the objective's metric."""
    marginal_return: float
    """Metric gained by one more unit of money here."""


class Flight(DomainModel):
    """Money for one channel in one week."""

    channel: str
    week: dt.date
    """First day of the week."""
    amount: Exact


class PlannedBudget(DomainModel):
    """All the money: lines and contingency add up to the total, exactly."""

    total: Exact
    currency: str
    contingency: Exact
    lines: tuple[BudgetLine, ...]
    flights: tuple[Flight, ...]


class SendTime(DomainModel):
    """When a message goes out to those who live by one clock."""

    countries: tuple[str, ...]
    """ISO 3166 codes of the countries, or parts of them, that keep this clock."""
    zone: str
    """IANA name of a time zone that keeps it (``Europe/Berlin``)."""
    utc: dt.datetime


class Activity(DomainModel):
    """Something that is done, within the period."""

    date: dt.date
    end: dt.date
    channel: str
    activity: str
    segment: str
    """Segment id; empty where it serves all."""
    owner: str
    depends_on: tuple[int, ...] = ()
    """Indices into the calendar of what must be done before."""
    at: str | None = None
    """Time of day, on the clock of those who get it; nothing for what lasts a day or longer."""
    zones: tuple[SendTime, ...] = ()
    """The instants at which the audience's clocks show that time; none where no country is known."""
    note: str = ""
    """Holidays it falls on or moved from, and weeks without money."""


class Range(DomainModel):
    """An uncertain amount: one chance in ten below p10, nine in ten below p90."""

    p10: float
    p50: float
    p90: float


class PlannedForecast(Range):
    """What the plan is expected to bring."""

    metric: Metric
    by_channel: dict[str, Range]


class Experiment(DomainModel):
    """A test that can be read."""

    hypothesis: str
    unit: str
    arms: tuple[str, ...]
    metric: str
    baseline: float
    mde: float
    """Smallest difference the test can find, absolute."""
    alpha: float
    power: float
    n_per_arm: int
    """People in the smallest arm."""
    days: int
    holdout_share: float | None = None
    """Share of the people who are left alone, 0-1; None where the arms are alike."""
    stop_rule: str


class Measure(DomainModel):
    """What is measured, from where, how often."""

    kpi: str
    source: str
    cadence: str
    formula: str
    utm: dict[str, str] = Field(default_factory=dict)


class Risk(DomainModel):
    """What may go wrong, how one would see it, what one would do."""

    risk: str
    likelihood: Literal["low", "medium", "high"]
    impact: Literal["low", "medium", "high"]
    sign: str
    answer: str


class RuleCheck(DomainModel):
    """One compliance rule against this plan."""

    rule: str
    status: Literal["met", "action_needed", "not_applicable"]
    detail: str


class Alternative(DomainModel):
    """A proposal that was not chosen."""

    proposal: str
    why_not: str


class Provenance(DomainModel):
    """Who wrote a section."""

    section: str
    rung: str
    model: str = ""
    prompt_id: str = ""
    prompt_sha256: str = ""
    score: float | None = None
    """How good the answer is by the yardsticks, 0-1; the lowest, where the section took several answers."""
    attempts: int = 0
    """Requests it took of the model, tries and repairs in it; 0 where no model was asked."""


class Cost(DomainModel):
    """What the run cost."""

    usd: Exact = Decimal(0)
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cached_calls: int = 0
    """Answers that came from the cache, not counted in ``calls``."""
    saved_usd: Exact = Decimal(0)
    """What those would have cost."""


class Degraded(DomainModel):
    """What could not be done as asked, and why."""

    part: str
    reason: str
