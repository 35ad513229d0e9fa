"""Debate: what was disputed, what was said, what moved and why it stopped."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_serializer
from pydantic.json_schema import SkipJsonSchema

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.money import plain

StopReason = Literal[
    "not_needed",
    "no_open_claim",
    "stable",
    "no_new_evidence",
    "repeated",
    "budget",
    "round_cap",
]

Ruled = Literal["", "silent", "other_side", "repeated", "nothing_new"]


class Turn(DomainModel):
    """One contribution to a debate; names stay hidden behind a voice."""

    round: int
    voice: Literal["A", "B"]
    about: str
    """The disputed claim: ``<proposal id>/<criterion>``."""
    stance: Literal["pass", "fail", "concede"]
    argument: str
    evidence: tuple[str, ...] = ()
    calculations: tuple[str, ...] = ()
    ruled: SkipJsonSchema[Ruled] = ""
    """Why code counted it as a concession; empty where the voice's own stance stands."""


class Debate(DomainModel):
    """The record of a debate, or of why none was needed."""

    triggered: bool
    protocol: str = "debate"
    """How the choice was made: ``debate``, ``vote``, ``single``, or an own one."""
    reason: str = ""
    """What the gate saw."""
    rounds: int = 0
    turns: tuple[Turn, ...] = ()
    verdict: str = ""
    flips: tuple[str, ...] = ()
    """Disputed claims whose outcome the debate changed."""
    initial_votes: dict[str, tuple[bool, ...]] = Field(default_factory=dict)
    final_votes: dict[str, tuple[bool, ...]] = Field(default_factory=dict)
    pairwise: tuple[str, ...] = ()
    """Whom of two close finalists the judge preferred, in one order and in the other."""
    stop_reason: StopReason = "not_needed"
    cost_usd: Decimal = Decimal(0)

    @field_serializer("cost_usd")
    def _plain(self, value: Decimal) -> str:
        return plain(value)
