"""How far proposals lie apart: what the measure says, kept in the plan."""

from __future__ import annotations

from nexusplanner.domain.model import DomainModel


class Difference(DomainModel):
    """Distances between two proposals, each 0 (the same) to 1 (nothing shared)."""

    channels: float
    """Jaccard distance of the channels that have money."""
    money: float
    """Half the sum of absolute differences of the channels' shares: the share of money placed otherwise."""
    segments: float
    """Jaccard distance of the segments addressed."""
    words: float
    """Jaccard distance of the words of positioning, idea and angles."""

    @property
    def overall(self) -> float:
        """Mean of money, segments and words; channels are in the money already."""
        return (self.money + self.segments + self.words) / 3


class Apart(DomainModel):
    """How far two proposals lie apart."""

    one: str
    """Proposal id."""
    other: str
    difference: Difference
