"""What the charts read of a plan's calculations, typed; a calculation of another shape is left aside."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nexusplanner.domain.plan import CampaignPlan

_Reading = TypeVar("_Reading", bound="Reading")


class Reading(BaseModel):
    """A part of a calculation's outputs; keys that no chart needs are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Observed(Reading):
    """What the history showed of a channel, per week."""

    max_spend: float = 0.0


class Curve(Reading):
    """One channel's response: ``points`` are (weekly spend, weekly response), ascending in spend."""

    status: Literal["measured", "pooled", "assumed"] = "measured"
    observed: Observed = Observed()
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=2)]


class Curves(Reading):
    """The outputs of ``response_curves``."""

    channels: dict[str, Curve]


class AllocationLine(Reading):
    """One line of an allocation, with the bound that holds it."""

    channel: str
    amount: Decimal
    bound: Literal["none", "minimum", "maximum"] = "none"


class Allocation(Reading):
    """The outputs of ``allocation``."""

    lines: tuple[AllocationLine, ...]


class WhatIfPoint(Reading):
    """What another amount of money would bring."""

    multiplier: float
    total: Decimal
    p10: float
    p50: float
    p90: float
    probability_of_target: float | None = None


class WhatIf(Reading):
    """The outputs of ``what_if``."""

    points: Annotated[tuple[WhatIfPoint, ...], Field(min_length=2)]


class SegmentTable(Reading):
    """The part of ``customer_segments`` that gives values their currency."""

    currency: str | None = None


def curves(plan: CampaignPlan) -> Curves | None:
    """Read the response curves, if the plan has them."""
    return _first(plan, "response_curves", Curves)


def what_if(plan: CampaignPlan) -> WhatIf | None:
    """Read what other totals would bring, if the plan has it."""
    return _first(plan, "what_if", WhatIf)


def segment_currency(plan: CampaignPlan) -> str | None:
    """Return the currency of the segments' values, None where the customer data names none."""
    from babel.numbers import list_currencies

    found = _first(plan, "customer_segments", SegmentTable)
    return found.currency if found and found.currency in list_currencies() else None


def bounds(plan: CampaignPlan) -> dict[str, str]:
    """Return the bound on each channel in the allocation that the budget was taken from.

    A plan keeps one allocation for each proposal; the budget's own is the one with the same amounts.
    """
    wanted = {line.channel: line.amount for line in plan.budget.lines}
    for calculation in plan.calculations:
        found = _read(calculation.outputs, Allocation) if calculation.name == "allocation" else None
        if found and {line.channel: line.amount for line in found.lines} == wanted:
            return {line.channel: line.bound for line in found.lines}
    return {}


def _first(plan: CampaignPlan, name: str, shape: type[_Reading]) -> _Reading | None:
    calculation = plan.calculation(name)
    return None if calculation is None else _read(calculation.outputs, shape)


def _read(outputs: object, shape: type[_Reading]) -> _Reading | None:
    try:
        return shape.model_validate(outputs)
    except ValidationError:
        return None
