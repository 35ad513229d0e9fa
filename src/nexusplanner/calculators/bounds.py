"""Bounds on the money of each channel, in whole minor units, and whether they can all hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from nexusplanner.domain.money import MAX_AMOUNT, minor_unit, plain
from nexusplanner.errors import InfeasibleBudget, InputError


class BudgetRules(BaseModel):
    """The money and its rules, as plain JSON keeps them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    total: Decimal
    currency: str
    weeks: int = Field(ge=1)
    contingency_share: Decimal
    minimum: dict[str, Decimal] = {}
    maximum: dict[str, Decimal] = {}
    minimum_or_zero: dict[str, Decimal] = {}
    excluded: tuple[str, ...] = ()

    @field_serializer("total", "contingency_share")
    def _plain(self, value: Decimal) -> str:
        return plain(value)

    @field_serializer("minimum", "maximum", "minimum_or_zero")
    def _plain_each(self, value: dict[str, Decimal]) -> dict[str, str]:
        return {channel: plain(amount) for channel, amount in value.items()}


@dataclass(frozen=True)
class Bounds:
    """Money in whole minor units; each tuple has one entry a channel."""

    channels: tuple[str, ...]
    cent: Decimal
    spendable: int
    contingency: int
    low: tuple[int, ...]
    high: tuple[int, ...]
    threshold: tuple[int, ...]
    """Least amount of a channel that gets any; 0 where every amount will do."""

    def money(self, units: int) -> str:
        """Write units as a decimal amount."""
        return plain(units * self.cent)


def budget_rules(
    *,
    total: Decimal,
    currency: str,
    weeks: int,
    contingency_share: float,
    minimum: Mapping[str, Decimal],
    maximum: Mapping[str, Decimal],
    minimum_or_zero: Mapping[str, Decimal],
    excluded: Sequence[str],
) -> BudgetRules:
    """Check the money itself and keep its rules.

    Raises:
        InputError: The total is not a positive whole number of minor units, a bound is negative, the
            share of contingency is not in [0, 1), or there is no week.
    """
    if not (total.is_finite() and 0 < total < MAX_AMOUNT):
        raise InputError(
            "the budget must be positive and finite",
            field="budget.amount",
            value=str(total),
        )
    if total % minor_unit(currency) != 0:
        raise InputError(
            f"finer than the smallest amount of {currency}, {minor_unit(currency)}",
            field="budget.amount",
            value=str(total),
            fix="Round it.",
        )
    if not 0 <= contingency_share < 1:
        raise InputError(
            "the contingency is not a share of the budget",
            value=contingency_share,
            fix="Use 0 to 0.99.",
        )
    if weeks < 1:
        raise InputError("the campaign has no week", field="weeks", value=weeks)
    for field, amounts in (
        ("minimum", minimum),
        ("maximum", maximum),
        ("minimum_or_zero", minimum_or_zero),
    ):
        for channel, amount in amounts.items():
            if not amount.is_finite() or amount < 0:
                raise InputError(
                    "not an amount",
                    field=f"channels.{field}.{channel}",
                    value=str(amount),
                )
    return BudgetRules(
        total=total,
        currency=currency,
        weeks=weeks,
        contingency_share=Decimal(str(contingency_share)),
        minimum=dict(minimum),
        maximum=dict(maximum),
        minimum_or_zero=dict(minimum_or_zero),
        excluded=tuple(sorted(excluded)),
    )


def _units(amount: Decimal, cent: Decimal, rounding: str) -> int:
    return int((amount / cent).to_integral_value(rounding))


def bounds_of(rules: BudgetRules, channels: Sequence[str]) -> Bounds:
    """Turn rules into bounds for the channels that may get money.

    Raises:
        InfeasibleBudget: The bounds clash; the message names the clash.
    """
    used = tuple(channel for channel in channels if channel not in rules.excluded)
    cent = minor_unit(rules.currency)
    whole = _units(rules.total, cent, ROUND_HALF_EVEN)
    contingency = _units(rules.total * rules.contingency_share, cent, ROUND_HALF_EVEN)
    spendable = whole - contingency
    zero = Decimal(0)
    low = tuple(_units(rules.minimum.get(c, zero), cent, ROUND_CEILING) for c in used)
    high = tuple(
        min(spendable, _units(rules.maximum[c], cent, ROUND_FLOOR)) if c in rules.maximum else spendable for c in used
    )
    threshold = tuple(_units(rules.minimum_or_zero.get(c, zero), cent, ROUND_CEILING) for c in used)
    high = tuple(0 if t > h else h for t, h in zip(threshold, high, strict=True))
    bounds = Bounds(used, cent, spendable, contingency, low, high, threshold)
    _check(rules, bounds)
    return bounds


def _check(rules: BudgetRules, bounds: Bounds) -> None:
    if not bounds.channels:
        raise InfeasibleBudget(
            "no channel is left to spend on",
            field="channels",
            fix="Allow at least one channel.",
        )
    for channel, amount in rules.minimum.items():
        if amount > 0 and channel not in bounds.channels:
            raise InfeasibleBudget(
                f"{channel} has a minimum of {plain(amount)} but is not in the mix",
                field=f"channels.minimum.{channel}",
                fix="Drop the minimum or allow the channel.",
            )
    after = (
        f"{bounds.money(bounds.spendable)} {rules.currency} left after {bounds.money(bounds.contingency)} contingency"
    )
    for i, channel in enumerate(bounds.channels):
        if bounds.low[i] > bounds.spendable:
            raise InfeasibleBudget(
                f"the minimum {bounds.money(bounds.low[i])} of {channel} is more than the {after}",
                field=f"channels.minimum.{channel}",
                fix="Lower the minimum or raise the budget.",
            )
        if bounds.low[i] > bounds.high[i]:
            raise InfeasibleBudget(
                f"the minimum {bounds.money(bounds.low[i])} of {channel} is above its maximum "
                f"{bounds.money(bounds.high[i])}",
                field=f"channels.minimum.{channel}",
                fix="Lower the minimum or raise the maximum.",
            )
    if sum(bounds.low) > bounds.spendable:
        raise InfeasibleBudget(
            f"the minimums add up to {bounds.money(sum(bounds.low))}, more than the {after}",
            field="channels.minimum",
            fix="Lower a minimum, the contingency, or raise the budget.",
        )
    if sum(bounds.high) < bounds.spendable:
        raise InfeasibleBudget(
            f"the maximums add up to {bounds.money(sum(bounds.high))}, less than the {after}",
            field="channels.maximum",
            fix="Raise a maximum, allow another channel, or lower the budget.",
        )


_HAIR = 500_000
"""One part in so many of the money is too little to mean anything."""


def to_units(shares: Sequence[float], bounds: Bounds) -> tuple[int, ...]:
    """Round shares of the spendable money to whole minor units within the bounds, adding up exactly.

    Largest remainder (Hamilton's method); what a bound cuts off goes to the next channels with room.
    A channel with a share of zero stays at its lower bound unless nothing else has room. What lies a
    hair from a bound is meant to be at it: a search stops there, a person would not.
    """
    whole = bounds.spendable
    exact = [Decimal(share) * whole for share in shares]
    floors = [int(e) for e in exact]
    ground = [
        max(low, t) if share > 0 else low for low, t, share in zip(bounds.low, bounds.threshold, shares, strict=True)
    ]
    units = [_settled(f, g, h, hair=whole // _HAIR) for f, g, h in zip(floors, ground, bounds.high, strict=True)]
    at_bound = [s <= 0 or u in (g, h) for s, u, g, h in zip(shares, units, ground, bounds.high, strict=True)]
    missing = whole - sum(units)
    step = 1 if missing > 0 else -1
    order = sorted(range(len(exact)), key=lambda i: step * (floors[i] - exact[i]))
    free, held = [i for i in order if not at_bound[i]], [i for i in order if at_bound[i]]
    for group, is_bulk in ((free, False), (free, True), (held, False), (held, True)):
        for i in group:
            if missing != 0:
                missing -= _shift(units, i, missing if is_bulk else step, ground=ground, high=bounds.high)
    return tuple(units)


def _settled(units: int, low: int, high: int, *, hair: int) -> int:
    """Return units within bounds, at a bound where they lie a hair from it."""
    if abs(units - high) <= hair:
        return high
    return low if abs(units - low) <= hair else min(max(units, low), high)


def _shift(units: list[int], i: int, by: int, *, ground: Sequence[int], high: Sequence[int]) -> int:
    """Move one channel by at most ``by`` units within its bounds; return how far it went."""
    moved = min(max(units[i] + by, ground[i]), high[i]) - units[i]
    units[i] += moved
    return moved
