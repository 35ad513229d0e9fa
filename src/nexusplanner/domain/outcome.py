"""Outcome: what a planned campaign really brought, held against what was forecast of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from nexusplanner.domain.brief import Channel, Metric
from nexusplanner.domain.day import Day
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.learned import ForecastMiss
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.sections import Range

MAX_FIGURE = 1e15
Verdict = Literal["below", "within", "above"]


class OutcomeRow(DomainModel):
    """What one channel spent and brought on one day, or in the week that begins on it."""

    date: Day
    channel: Channel
    spend: float = Field(ge=0, le=MAX_FIGURE)
    impressions: float | None = Field(default=None, ge=0, le=MAX_FIGURE)
    clicks: float | None = Field(default=None, ge=0, le=MAX_FIGURE)
    conversions: float | None = Field(default=None, ge=0, le=MAX_FIGURE)
    revenue: float | None = Field(default=None, ge=0, le=MAX_FIGURE)


class ForecastCheck(DomainModel):
    """A forecast beside what came: of one channel, or of all together."""

    channel: str = ""
    """Empty for all channels together."""
    planned_spend: float
    """Money that the plan gave it, for the whole period."""
    spend: float
    """Money that was reported."""
    planned: Range
    """The plan's own forecast, for the whole period."""
    expected: Range
    """What the plan's curves say of the money and the weeks that were reported."""
    actual: float
    factor: float = 1.0
    """What the forecast's width had been multiplied by."""

    @property
    def verdict(self) -> Verdict:
        """Whether what came lies in the interval that eight in ten should lie in."""
        if self.actual < self.expected.p10:
            return "below"
        return "above" if self.actual > self.expected.p90 else "within"

    @property
    def is_better(self) -> bool:
        """Whether it brought at least the middle of what was to be expected."""
        return self.actual >= self.expected.p50

    @property
    def difference(self) -> float:
        """By which share of the middle it was more or less."""
        return self.actual / self.expected.p50 - 1 if self.expected.p50 > 0 else 0.0

    @property
    def is_planned(self) -> bool:
        """Whether the plan gave it money; else its name is known from the report alone."""
        return self.planned_spend > 0

    @property
    def success(self) -> float:
        """How well it did, 0-1: ``x / (1 + x)`` for ``x`` what came over what was to be expected."""
        ratio = max(1 + self.difference, 0.0)
        return ratio / (1 + ratio)

    def missed(self, outcome: str) -> ForecastMiss:
        """Write it as a fit takes it."""
        far = self.expected
        return ForecastMiss(
            outcome=outcome,
            channel=self.channel,
            p10=far.p10,
            p50=far.p50,
            p90=far.p90,
            actual=self.actual,
            factor=self.factor,
        )


class Outcome(DomainModel):
    """What was reported of one plan. Content decides the id: the same report again is the same outcome."""

    id: str
    plan: str
    """Id of the plan that was carried out."""
    name: str
    """The campaign's name in its brief."""
    metric: Metric
    currency: str
    recorded_on: date
    start: date
    end: date
    """The last day that rows were reported of."""
    rows: ChannelHistory
    """One row a period and channel, as reported."""
    total: ForecastCheck
    channels: tuple[ForecastCheck, ...]
    """The plan's channels, those with most money first; then those that only the report has."""
    before: dict[str, float] = Field(default_factory=dict)
    """Channel -> money a week that ran when the campaign began, where that is known."""
    about: str = ""
    """Words of the brief that it can be found by."""

    @property
    def checks(self) -> tuple[ForecastCheck, ...]:
        """The whole, then each channel."""
        return (self.total, *self.channels)

    def check(self, channel: str) -> ForecastCheck | None:
        """Return what is known of a channel; of all together where the name is empty."""
        return next((c for c in self.checks if c.channel == channel), None)


def outcome_id(plan: str, rows: ChannelHistory) -> str:
    """Address an outcome by its plan and its rows, whatever file they came in."""
    told = rows.model_dump_json(exclude={"source", "quality"})
    return f"out-{sha256_of(f'{plan}/{told}')[:12]}"


def amount_of(spends: Sequence[float]) -> Decimal:
    """Add up money that was reported as numbers, to the cent."""
    return Decimal(f"{sum(spends):.2f}")
