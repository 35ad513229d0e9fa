"""Weighing verdicts: who leads, by how much, and what the critics dispute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nexusplanner.domain.critique import (
    BLOCKING,
    CRITERIA,
    Criterion,
    Critique,
    Verdict,
)
from nexusplanner.domain.model import DomainModel

MARGIN = 0.03
"""Least lead in mean score that settles the choice without a debate about the runner-up."""


class Tally(DomainModel):
    """All critics' votes on one proposal."""

    proposal: str
    score: float
    """Mean score over critics and criteria, 0-1."""
    votes: dict[Criterion, tuple[bool, ...]]
    tie_break: float
    """Probability of the target: the larger wins between equals."""

    @property
    def disputed(self) -> tuple[Criterion, ...]:
        """Criteria on which the critics differ."""
        return tuple(c for c in CRITERIA if len(set(self.votes[c])) > 1)

    @property
    def failed(self) -> tuple[Criterion, ...]:
        """Criteria that all critics failed."""
        return tuple(c for c in CRITERIA if not any(self.votes[c]))

    @property
    def blocked(self) -> int:
        """How many blocking criteria no critic passed."""
        return sum(1 for c in self.failed if c in BLOCKING)


def tally(critiques: Iterable[Critique], probabilities: Mapping[str, float]) -> tuple[Tally, ...]:
    """Count the votes on each proposal, the leader first."""
    by_proposal: dict[str, list[Critique]] = {}
    for critique in sorted(critiques, key=lambda c: (c.proposal, c.critic)):
        by_proposal.setdefault(critique.proposal, []).append(critique)
    tallies = [
        Tally(
            proposal=proposal,
            score=round(sum(c.score for c in given) / len(given), 6),
            votes={criterion: _votes(given, criterion) for criterion in CRITERIA},
            tie_break=probabilities.get(proposal, 0.0),
        )
        for proposal, given in by_proposal.items()
    ]
    return tuple(
        sorted(
            tallies,
            key=lambda t: (t.blocked, -round(t.score, 2), -t.tie_break, t.proposal),
        )
    )


def disputes(ranked: Sequence[Tally]) -> tuple[tuple[str, Criterion], ...]:
    """Return what must be debated: the leader's disputed criteria, and a close runner-up's."""
    return tuple((t.proposal, c) for t in finalists(ranked) for c in t.disputed)


def finalists(ranked: Sequence[Tally]) -> tuple[Tally, ...]:
    """Return the leader, and the runner-up where it comes close."""
    first, *others = ranked
    is_close = others and first.score - others[0].score < MARGIN and first.blocked == others[0].blocked
    return (first, others[0]) if is_close else (first,)


def settled(critiques: Sequence[Critique], decisions: Mapping[str, bool]) -> tuple[Verdict, ...]:
    """Join the critics' verdicts on one proposal into one a criterion.

    What all critics say stands, whatever was decided of it before; where they differ the decision stands, and
    without one it fails. The gap is that of the critic who scored it lowest.
    """
    return tuple(
        _settle(c, [v for k in critiques for v in k.verdicts if v.criterion == c], decisions) for c in CRITERIA
    )


def _settle(criterion: Criterion, given: list[Verdict], decisions: Mapping[str, bool]) -> Verdict:
    is_agreed = len({v.passed for v in given}) == 1
    passed = given[0].passed if is_agreed else decisions.get(criterion, False)
    worst = min(given, key=lambda v: (v.passed, v.score))
    score = round(sum(v.score for v in given) / len(given), 4)
    return Verdict(
        criterion=criterion,
        passed=passed,
        score=score,
        gap="" if passed else worst.gap,
        evidence=tuple(dict.fromkeys(i for v in given for i in v.evidence)),
    )


def _votes(given: list[Critique], criterion: Criterion) -> tuple[bool, ...]:
    return tuple(v.passed for c in given for v in c.verdicts if v.criterion == criterion)
