"""The referee: what code measures of a proposal, as the reference that protocols are compared by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nexusplanner.agents.experts.critique import critique
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.critique import Criterion

_BARS = ("finance", "audience")


@dataclass(frozen=True)
class Reference:
    """What code makes of one criterion."""

    score: float
    """Measured, 0-1."""
    passes: bool | None
    """Whether it passes; None between the stricter and the milder bar, where code cannot tell."""


def references(task: CritiqueTask) -> dict[Criterion, Reference]:
    """Measure a proposal on every criterion; faults that code found fail theirs.

    Args:
        task: The proposal, its siblings and its faults; whoever the critic is.
    """
    strict, mild = (critique(replace(task, critic=critic)).verdicts for critic in _BARS)
    return {
        v.criterion: Reference(v.score, v.passed if v.passed == w.passed else None)
        for v, w in zip(strict, mild, strict=True)
    }
