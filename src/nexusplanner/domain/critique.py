"""Critique: pass or fail per criterion, with the gap and what shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.repair import Repair

Criterion = Literal[
    "objective_fit",
    "evidence",
    "audience",
    "money",
    "calendar",
    "measurability",
    "differentiation",
    "compliance",
    "brand_voice",
    "unused_evidence",
]
CRITERIA: tuple[Criterion, ...] = (
    "objective_fit",
    "evidence",
    "audience",
    "money",
    "calendar",
    "measurability",
    "differentiation",
    "compliance",
    "brand_voice",
    "unused_evidence",
)
BLOCKING: frozenset[Criterion] = frozenset({"objective_fit", "evidence", "money", "compliance"})


class Verdict(DomainModel):
    """One criterion, judged."""

    criterion: Criterion
    passed: bool
    score: float = Field(ge=0, le=1)
    gap: str = ""
    """What is missing; empty when passed."""
    evidence: tuple[str, ...] = ()
    """Evidence or calculation ids that show the gap."""


class Critique(DomainModel):
    """One critic's view of one proposal; criteria it skipped count as failed."""

    proposal: str
    critic: str
    """The critic's lens."""
    verdicts: tuple[Verdict, ...]
    rung: str = "rules"
    repairs: tuple[Repair, ...] = ()
    """What was mended in its gaps."""
    looked_up: tuple[str, ...] = ()
    """What the critic had code look up, in order."""

    @property
    def score(self) -> float:
        """Mean score over the criteria, 0-1."""
        return sum(v.score for v in self.verdicts) / len(self.verdicts) if self.verdicts else 0.0


class Fault(DomainModel):
    """A deterministic fault: what is wrong, and where."""

    where: str
    """Dotted path within the proposal or plan."""
    problem: str
    criterion: Criterion
    ids: tuple[str, ...] = ()
