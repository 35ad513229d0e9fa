"""What the charts read of calculations, typed; a calculation of another shape is left aside.

A reading takes the outputs, and of the inputs what the outputs do not repeat.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.plan import CampaignPlan

Amount = Annotated[float, Field(ge=0)]


class Reading(BaseModel):
    """A part of a calculation; keys that no chart needs are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    @classmethod
    def of(cls, calculation: Calculation | None) -> Self | None:
        """Read a calculation; None where there is none or it has another shape."""
        if calculation is None:
            return None
        try:
            return cls.model_validate({**calculation.inputs, **calculation.outputs})
        except ValidationError:
            return None


class Observed(Reading):
    """What the history showed of a channel, per week."""

    max_spend: Amount = 0.0


class Curve(Reading):
    """One channel's response: ``points`` are (weekly spend, weekly response), ascending in spend."""

    status: Literal["measured", "pooled", "assumed"] = "measured"
    observed: Observed = Observed()
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=2)]
    band: tuple[tuple[float, float], ...] = ()
    """P10 and P90 of the response at each point."""


class Curves(Reading):
    """``response_curves``."""

    metric: Metric
    channels: dict[str, Curve]


class AllocationLine(Reading):
    """One line of an allocation, with what holds it."""

    channel: str
    amount: Decimal
    share: float
    expected: float
    marginal_return: float
    bound: Literal["none", "minimum", "maximum"] = "none"
    is_capped: bool = False
    beyond_observed: bool = False


class Allocation(Reading):
    """``allocation`` and ``allocation_past_split``."""

    metric: Metric = "conversions"
    currency: str
    total: Decimal
    contingency: Decimal = Decimal(0)
    weeks: Annotated[int, Field(ge=1)] = 1
    lines: tuple[AllocationLine, ...]
    warnings: tuple[str, ...] = ()

    @property
    def weekly(self) -> dict[str, float]:
        """Return the average week's money by channel."""
        return {line.channel: float(line.amount) / self.weeks for line in self.lines}


class Span(Reading):
    """An uncertain amount."""

    p10: float
    p50: float
    p90: float


class WeekSpan(Span):
    """An uncertain amount at the end of a week, counted from 1."""

    week: Annotated[int, Field(ge=1)]


class Forecast(Span):
    """``forecast``."""

    metric: Metric
    target: float | None = None
    probability_of_target: float | None = None
    by_channel: dict[str, Span] = {}
    by_week: tuple[WeekSpan, ...] = ()


class WhatIfPoint(Span):
    """What another amount of money would bring."""

    multiplier: float
    total: Decimal
    probability_of_target: float | None = None


class WhatIf(Reading):
    """``what_if``."""

    metric: Metric
    currency: str
    target: float | None = None
    points: Annotated[tuple[WhatIfPoint, ...], Field(min_length=2)]


class FlightRow(Reading):
    """Money for one channel in one week."""

    channel: str
    week: dt.date
    amount: Decimal


class Flights(Reading):
    """``flights``."""

    currency: str
    flights: tuple[FlightRow, ...]


class SegmentRow(Reading):
    """One segment's size, reach and value."""

    name: str
    size: Annotated[int, Field(ge=0)]
    contactable: Annotated[int, Field(ge=0)]
    share: float
    value: float


class Segments(Reading):
    """``customer_segments``."""

    customers: Annotated[int, Field(ge=0)] = 0
    currency: str | None = None
    segments: tuple[SegmentRow, ...] = ()


class ExperimentSize(Reading):
    """``experiment_size``."""

    baseline: float
    mde: float | None
    sd: float | None = None
    """Standard deviation of a mean; None for a rate."""
    alpha: float
    power: float
    n_per_arm: Annotated[int, Field(ge=0)]
    n_holdout: Annotated[int, Field(ge=0)] | None = None
    n_treated: Annotated[int, Field(ge=0)] | None = None
    """People in each treated arm."""
    arms: Annotated[int, Field(ge=2)]
    days: int
    audience: Annotated[int, Field(ge=0)]
    is_feasible: bool

    @property
    def held_out(self) -> int:
        """Return the people held out."""
        return self.n_per_arm if self.n_holdout is None else self.n_holdout

    @property
    def treated(self) -> int:
        """Return the people of all treated arms together."""
        return (self.n_per_arm if self.n_treated is None else self.n_treated) * (self.arms - 1)


class ReadArm(Reading):
    """One arm's difference from the control, with its interval."""

    value: float | None = None
    lift: float
    low: float
    high: float
    p_value: float | None = None
    decision: str = ""


class Readout(Reading):
    """``experiment_readout``."""

    metric: str
    control: float
    alpha: float
    arms: dict[str, ReadArm]


class SegmentReadout(Reading):
    """``experiment_segments``: arms by segment, and by variant over all of them."""

    metric: str
    alpha: float
    segments: dict[str, dict[str, ReadArm]]
    overall: dict[str, ReadArm] = {}


class CustomerValue(Reading):
    """``customer_value``."""

    customers: Annotated[int, Field(ge=1)]
    purchases: float
    value: float
    mean_value: float
    alive: Annotated[float, Field(ge=0, le=1)]
    periods: float


class PlannedLook(Reading):
    """One look of a sequential design; ``z`` and ``futility`` are standardised differences."""

    look: Annotated[int, Field(ge=1)]
    information: Annotated[float, Field(gt=0, le=1)]
    z: float
    futility: float | None = None
    p_value: float


class SequentialDesign(Reading):
    """``sequential_design``."""

    alpha: float
    power: float
    inflation: float
    looks: Annotated[tuple[PlannedLook, ...], Field(min_length=1)]


class DatedLook(Reading):
    """One look on its day: the lead that wins, and the one below which it is hopeless."""

    look: Annotated[int, Field(ge=1)]
    date: dt.date
    lead: float
    hopeless_below: float | None = None


class DatedLooks(Reading):
    """``experiment_looks``."""

    sd: float | None = None
    """Standard deviation of a mean; None for a rate."""
    start: dt.date
    looks: Annotated[tuple[DatedLook, ...], Field(min_length=1)]


class LookRead(Reading):
    """``sequential_look``."""

    metric: str
    look: int
    z: float
    boundary: Annotated[float, Field(gt=0)]
    futility: float | None = None
    lift: float
    low: float
    high: float
    decision: str
    reason: str


class HoldoutOption(Reading):
    """One share held out, and the least rise it finds; None where it finds none."""

    holdout_share: Annotated[float, Field(gt=0, lt=1)]
    n_holdout: Annotated[int, Field(ge=0)]
    mde: float | None
    forgone: float


class Holdout(HoldoutOption):
    """``experiment_holdout``."""

    baseline: float
    sd: float | None = None
    lift: Annotated[float, Field(gt=0)]
    audience: int
    is_feasible: bool
    shares: tuple[HoldoutOption, ...]


class KpiRow(Reading):
    """One channel's way from money to revenue, or that of all of them."""

    spend: Amount
    impressions: float | None
    clicks: float | None
    conversions: float | None
    revenue: float | None
    cpm: float | None = None
    cpc: float | None = None
    expected_cpa: float | None = None
    aov: float | None = None
    roas: float | None = None


class KpiTree(Reading):
    """``kpi_tree``."""

    metric: Metric
    channels: dict[str, KpiRow]
    total: KpiRow
    allowable_cpa: float | None = None
    payback_weeks: float | None = None


class DatedWork(Reading):
    """One row of a calendar."""

    kind: str
    channel: str
    segment: str = ""
    date: dt.date
    end: dt.date
    owner: str = ""


class DatedCalendar(Reading):
    """``calendar``."""

    start: dt.date
    end: dt.date
    activities: Annotated[tuple[DatedWork, ...], Field(min_length=1)]


def chosen(plan: CampaignPlan, name: str, pointer: str) -> Calculation | None:
    """Return the calculation a figure of the plan is bound to, else the first of that name.

    A plan keeps an allocation, flights and a forecast for each proposal; its own are those its figures name.
    """
    bound = plan.figures.get(pointer, "").partition("#")[0]
    own = next((c for c in plan.calculations if c.id == bound and c.name.startswith(name)), None)
    return own or plan.calculation(name)


def allocation(plan: CampaignPlan) -> Calculation | None:
    """Return the allocation that the plan's budget is."""
    return chosen(plan, "allocation", "/budget/lines/0/amount")


def forecast(plan: CampaignPlan) -> Calculation | None:
    """Return the forecast that is the plan's."""
    return chosen(plan, "forecast", "/forecast/p50")


def flights(plan: CampaignPlan) -> Calculation | None:
    """Return the flights that the plan's weeks are."""
    return chosen(plan, "flights", "/budget/flights/0/amount")


def beyond_observed(plan: CampaignPlan) -> tuple[str, ...]:
    """Return what the plan's allocation warns of, in sentences."""
    found = Allocation.of(allocation(plan))
    return found.warnings if found else ()


def segment_currency(plan: CampaignPlan) -> str | None:
    """Return the currency of the segments' values, None where the customer data names none."""
    found = Segments.of(plan.calculation("customer_segments"))
    return known_currency(found.currency) if found else None


def known_currency(currency: str | None) -> str | None:
    """Return a currency that money can be written in, None for any other text."""
    from babel.numbers import list_currencies

    return currency if currency and currency in list_currencies() else None
