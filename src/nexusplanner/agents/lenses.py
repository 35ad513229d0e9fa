"""The lenses: three ways to want the same target, as policies that calculators can follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nexusplanner.agents.facts import SegmentFact
from nexusplanner.domain.proposal import Lens

Ranking = Callable[[SegmentFact], float]


@dataclass(frozen=True)
class LensPolicy:
    """How one lens spends and whom it addresses."""

    lens: Lens
    aim: str
    """What it wants, in one clause; handed to the strategist."""
    quantile: float | None
    """The quantile of the outcome that its split maximises; None is the expected outcome."""
    contingency_share: float
    largest_share: float
    """The most of the money that one channel may take, where there are channels enough."""
    smallest_share: float
    """The least of the money that each channel gets, where there are not too many."""
    segments: int
    """How many segments it addresses."""
    ranking: Ranking


def _value_a_head(s: SegmentFact) -> float:
    return s.value / s.size


def _room_to_grow(s: SegmentFact) -> float:
    return s.size * {"new": 3.0, "at_risk": 2.0, "active": 1.0, "lapsed": 0.5}[s.lifecycle]


def _revenue_at_stake(s: SegmentFact) -> float:
    return s.share_of_revenue * {"active": 2.0, "at_risk": 3.0, "new": 1.0, "lapsed": 1.0}[s.lifecycle]


POLICIES: dict[Lens, LensPolicy] = {
    "efficiency": LensPolicy(
        "efficiency", "the most for each unit of money, from the customers worth most a head",
        None, 0.05, 1.0, 0.0, 2, _value_a_head,
    ),
    "growth": LensPolicy(
        "growth", "the most upside, from the groups with the most room to grow, met in more places than one",
        0.9, 0.04, 0.35, 0.06, 3, _room_to_grow,
    ),
    "brand_and_risk": LensPolicy(
        "brand_and_risk", "a result that holds in a bad quarter, with no channel carrying the plan alone",
        0.1, 0.08, 0.3, 0.12, 4, _revenue_at_stake,
    ),
}  # fmt: skip


def choose_segments(segments: tuple[SegmentFact, ...], policy: LensPolicy) -> tuple[SegmentFact, ...]:
    """Return the segments a lens addresses, most important to it first.

    Where the brief names some, they are its audience: every lens addresses all of them and no other.
    """
    ranked = sorted(segments, key=lambda s: (-policy.ranking(s), s.id))
    named = tuple(s for s in ranked if s.named)
    return named or tuple(s for s in ranked if s.source == "rfm")[: policy.segments]
