"""A proposal: one lens's answer to the brief, in words around numbers that code computed."""

from __future__ import annotations

from typing import Literal

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.repair import Repair

Lens = Literal["efficiency", "growth", "brand_and_risk"]
LENSES: tuple[Lens, ...] = ("efficiency", "growth", "brand_and_risk")


class Claim(DomainModel):
    """One statement the plan stands on: cited, or said to be an assumption."""

    id: str
    text: str
    status: Literal["supported", "assumption"]
    evidence: tuple[str, ...] = ()
    calculations: tuple[str, ...] = ()
    """Ids of the calculations its numbers come from."""


class Pillar(DomainModel):
    """One thing the campaign says, and what proves it."""

    text: str
    proof: tuple[str, ...] = ()
    """Evidence ids."""


class Angle(DomainModel):
    """What one segment is told."""

    segment: str
    """Segment id."""
    message: str


class ChannelNote(DomainModel):
    """Why a channel is used, and as what."""

    channel: str
    role: str
    formats: tuple[str, ...] = ()
    why: str
    evidence: tuple[str, ...] = ()


class ProposalWords(DomainModel):
    """What a strategist writes: words only, all numbers in them taken from the desk."""

    positioning: str
    big_idea: str
    pillars: tuple[Pillar, ...]
    angles: tuple[Angle, ...]
    channels: tuple[ChannelNote, ...]
    claims: tuple[Claim, ...]


class Proposal(DomainModel):
    """A lens's words and the calculations that carry its numbers."""

    id: str
    lens: Lens
    words: ProposalWords
    segments: tuple[str, ...]
    """Ids of the segments it addresses, most important first."""
    allocation: str
    """Id of the ``allocation`` calculation."""
    forecast: str
    """Id of the ``forecast`` calculation."""
    rung: str = "rules"
    revision: int = 0
    redraws: int = 0
    """How often it was drawn again because it repeated another."""
    repairs: tuple[Repair, ...] = ()
    """What was mended in its words before anybody read them."""
