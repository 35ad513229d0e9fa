"""The campaign brief: what is sold, what it should bring, for how much money, when, to whom."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    field_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from nexusplanner.domain.audience import Audience
from nexusplanner.domain.day import Day
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.money import MAX_AMOUNT, MAX_DECIMALS, Money, minor_unit, plain
from nexusplanner.domain.schedule import Schedule
from nexusplanner.domain.texts import Name, Text

Metric = Literal["conversions", "revenue", "leads", "signups", "visits"]
Rule = Literal["gdpr", "eprivacy", "can_spam", "casl", "ccpa", "coppa", "ftc_endorsement"]

Amount = Annotated[Decimal, Field(ge=0, lt=MAX_AMOUNT, decimal_places=MAX_DECIMALS)]

MAX_DAYS = 5_000
MAX_CHANNELS = 100


def _fault(problem: str, *, field: str) -> PydanticCustomError:
    return PydanticCustomError(
        "fault", "{problem}", {"problem": problem, "field": field, "fix": "Correct one of them."}
    )


def _channel_name(value: str) -> str:
    return "_".join(value.lower().replace("-", " ").split())


Channel = Annotated[Name, AfterValidator(_channel_name)]
"""A channel's name: lower case, words joined by ``_`` (``paid_search``)."""


class Offering(DomainModel):
    """What the campaign sells."""

    name: Name
    category: Name | None = None
    description: Text | None = None
    price: Amount | None = None
    margin: Annotated[Decimal, Field(gt=0, le=1, decimal_places=MAX_DECIMALS)] | None = None
    """Contribution margin as a share of the price, 0-1."""
    value_props: tuple[Text, ...] = ()

    @field_serializer("price", "margin")
    def _plain(self, value: Decimal | None) -> str | None:
        return None if value is None else plain(value)


class Objective(DomainModel):
    """What the campaign should bring: the incremental amount of one metric within the period."""

    metric: Metric
    target: Annotated[Decimal, Field(gt=0, lt=MAX_AMOUNT, decimal_places=MAX_DECIMALS)]
    baseline: Amount | None = None

    @field_serializer("target", "baseline")
    def _plain(self, value: Decimal | None) -> str | None:
        return None if value is None else plain(value)


class Budget(Money):
    """All the money there is, contingency included."""

    amount: Annotated[Decimal, Field(gt=0, lt=MAX_AMOUNT, decimal_places=MAX_DECIMALS)]

    @model_validator(mode="after")
    def _whole_minor_units(self) -> Self:
        if self.amount % minor_unit(self.currency):
            raise _fault(f"{plain(self.amount)} has more decimals than {self.currency} has", field="amount")
        return self


class Period(DomainModel):
    """First and last day of the campaign, both included."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise _fault(f"{self.end} is before the start, {self.start}", field="end")
        if self.days > MAX_DAYS:
            raise _fault(f"{self.days:,} days are more than the {MAX_DAYS:,} a campaign may last", field="end")
        return self

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.end - self.start).days + 1

    @property
    def weeks(self) -> int:
        """Number of weeks touched, the last one possibly short."""
        return -(-self.days // 7)


class ChannelRules(DomainModel):
    """Which channels may be used, and the bounds on the money of each."""

    allowed: tuple[Channel, ...] = ()
    excluded: tuple[Channel, ...] = ()
    minimum: dict[Channel, Amount] = Field(default_factory=dict)
    maximum: dict[Channel, Amount] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        named = len({*self.allowed, *self.excluded, *self.minimum, *self.maximum})
        if named > MAX_CHANNELS:
            raise ValueError(f"{named:,} channels are more than the {MAX_CHANNELS} a campaign may have")
        both = sorted(set(self.allowed) & set(self.excluded))
        if both:
            raise _fault(f"{both[0]!r} is both allowed and excluded", field="excluded")
        for channel, low in self.minimum.items():
            if channel in self.excluded and low > 0:
                raise _fault(f"{channel!r} is excluded but has a minimum of {low}", field="minimum")
            if self.allowed and channel not in self.allowed and low > 0:
                raise _fault(f"{channel!r} has a minimum of {low} but is not among the allowed", field="minimum")
            if self.maximum.get(channel, low) < low:
                above = f"the minimum {low} of {channel!r} is above its maximum {self.maximum[channel]}"
                raise _fault(above, field="minimum")
        return self

    @field_serializer("minimum", "maximum")
    def _plain(self, value: dict[str, Decimal]) -> dict[str, str]:
        return {channel: plain(amount) for channel, amount in value.items()}


class Brand(DomainModel):
    """How the brand speaks, what it must say and what it never says."""

    voice: Text | None = None
    must_say: tuple[Text, ...] = ()
    never_say: tuple[Text, ...] = ()


class CampaignBrief(DomainModel):
    """What a campaign is for, before anyone has planned it.

    Load one from a file with :meth:`load`, or build it from keyword arguments. All amounts are
    in the currency of the budget.
    """

    name: Name
    offering: Offering
    objective: Objective
    budget: Budget
    period: Period
    audience: Audience = Audience()
    channels: ChannelRules = ChannelRules()
    schedule: Schedule = Schedule()
    brand: Brand = Brand()
    compliance: tuple[Rule, ...] = ()
    approvers: tuple[Name, ...] = ()
    notes: Text | None = None

    @model_validator(mode="after")
    def _affordable(self) -> Self:
        low = sum(self.channels.minimum.values(), Decimal(0))
        if low > self.budget.amount:
            above = f"the minimum amounts add up to {low}, more than the budget of {self.budget.amount}"
            raise _fault(above, field="channels.minimum")
        return self

    @model_validator(mode="after")
    def _open_at_all(self) -> Self:
        start, end = self.period.start, self.period.end
        if len(self.schedule.closed(start, end)) == self.period.days:
            whole = f"{self.schedule.naming(start, end)} covers the whole period, {start} to {end}"
            raise _fault(whole, field="schedule.blackout")
        return self

    @classmethod
    def load(cls, path: str | Path) -> CampaignBrief:
        """Read a brief from a ``.yaml``, ``.json`` or ``.toml`` file.

        Raises:
            InputError: The file cannot be read, or a field is wrong; names file, field and value.
            BriefIncomplete: Offering, objective, budget or period is missing; carries the questions.
        """
        from nexusplanner.domain.brief_file import load_brief

        return load_brief(Path(path))

    @classmethod
    def parse(cls, raw: object, *, source: str = "brief") -> CampaignBrief:
        """Build a brief from plain data, with the same errors as :meth:`load`."""
        from nexusplanner.domain.brief_file import parse_brief

        return parse_brief(raw, source=source)
