"""Changes to a plan that a person may ask for: all that feedback can do, and nothing besides."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from nexusplanner.domain.brief import Channel
from nexusplanner.domain.day import Day
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.money import plain
from nexusplanner.domain.texts import Text

CONTINGENCY = "contingency"
"""The money held back, named where money is moved from it or to it."""
Sum = Annotated[Decimal, Field(ge=0), PlainSerializer(plain, return_type=str)]


class _Asked(DomainModel):
    """What every change carries beside its own fields."""

    quote: str = ""
    """The words of the feedback that ask for it; empty where the change was handed in."""
    reading: str = ""
    """How they were understood, in one sentence with every amount in money."""


class MoveMoney(_Asked):
    """Take money from one line and give it to another; every other line stays."""

    kind: Literal["move_money"] = "move_money"
    source: Channel
    target: Channel
    amount: Sum


class SetMoney(_Asked):
    """Give a channel exactly this much; the channels nobody fixed share what is left."""

    kind: Literal["set_money"] = "set_money"
    channel: Channel
    amount: Sum


class CapMoney(_Asked):
    """Give a channel at most this much."""

    kind: Literal["cap_money"] = "cap_money"
    channel: Channel
    amount: Sum


class FloorMoney(_Asked):
    """Give a channel at least this much."""

    kind: Literal["floor_money"] = "floor_money"
    channel: Channel
    amount: Sum


class DropChannel(_Asked):
    """Spend nothing on a channel."""

    kind: Literal["drop_channel"] = "drop_channel"
    channel: Channel


class AddChannel(_Asked):
    """Spend on a channel that had no money: this much, or at least as much where the curves are to say."""

    kind: Literal["add_channel"] = "add_channel"
    channel: Channel
    amount: Sum
    is_exact: bool


class SetBudget(_Asked):
    """Plan with another total."""

    kind: Literal["set_budget"] = "set_budget"
    amount: Sum


class SetPeriod(_Asked):
    """Run from another first day to another last day."""

    kind: Literal["set_period"] = "set_period"
    start: Day
    end: Day


class AddressSegment(_Asked):
    """Speak to a segment as well."""

    kind: Literal["address_segment"] = "address_segment"
    segment: str


class LeaveSegment(_Asked):
    """Speak to a segment no more."""

    kind: Literal["leave_segment"] = "leave_segment"
    segment: str


class SetVoice(_Asked):
    """Speak in another voice."""

    kind: Literal["set_voice"] = "set_voice"
    voice: Text


class MustSay(_Asked):
    """Say a phrase, word for word."""

    kind: Literal["must_say"] = "must_say"
    phrase: Text


class NeverSay(_Asked):
    """Never say a phrase."""

    kind: Literal["never_say"] = "never_say"
    phrase: Text


Change = Annotated[
    MoveMoney
    | SetMoney
    | CapMoney
    | FloorMoney
    | DropChannel
    | AddChannel
    | SetBudget
    | SetPeriod
    | AddressSegment
    | LeaveSegment
    | SetVoice
    | MustSay
    | NeverSay,
    Field(discriminator="kind"),
]


class Refusal(DomainModel):
    """Something that was asked for and not done."""

    quote: str
    """The words of the feedback."""
    reason: str


class Refinement(DomainModel):
    """Where a version of a plan comes from. ``feedback`` quotes a person: nothing in it is asserted by the plan."""

    parent: str
    """Id of the version it was made from."""
    root: str
    """Id of version 1."""
    feedback: str = ""
    changes: tuple[Change, ...] = ()
    refused: tuple[Refusal, ...] = ()
    fixed: dict[Channel, Sum] = Field(default_factory=dict)
    """Money of channels that a person has set; no later split moves it."""
    restored: str = ""
    """Id of the version whose content this one has again; empty where it was refined."""
