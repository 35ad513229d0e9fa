"""The referee: what code measures of a proposal, as the reference that protocols are compared by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.critique import critique
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.tasks import CritiqueTask, ProposeTask
from nexusplanner.domain.critique import Criterion
from nexusplanner.domain.proposal import Proposal

_BARS = ("finance", "audience")


@dataclass(frozen=True)
class Reference:
    """What code makes of one criterion."""

    score: float
    """Measured, 0-1."""
    passes: bool | None
    """Whether it passes; None between the stricter and the milder bar, where code cannot tell."""


def references(desk: Desk, proposal: Proposal, options: Iterable[Option]) -> dict[Criterion, Reference]:
    """Measure a proposal on every criterion; faults that code finds fail theirs.

    How different it is, is measured from what the rules would have written under the other lenses: a yardstick
    that does not depend on how many drafts there were.

    Args:
        desk: With the proposal's calculations on it.
        proposal: What is measured.
        options: The numbers of every lens.
    """
    known = {c.id: c for c in desk.calculations}
    all_options = tuple(options)
    known.update({c.id: c for o in all_options for c in o.calculations})
    full = replace(desk, calculations=tuple(known.values()))
    mine = next(o for o in all_options if o.lens == proposal.lens)
    task = CritiqueTask(
        desk=full,
        critic="",
        proposal=proposal,
        option=mine,
        siblings=tuple(_by_rules(full, o) for o in all_options if o.lens != proposal.lens),
        faults=check_proposal(full, proposal, mine, desk.pool),
    )
    strict, mild = (critique(replace(task, critic=critic)).verdicts for critic in _BARS)
    return {
        v.criterion: Reference(v.score, v.passed if v.passed == w.passed else None)
        for v, w in zip(strict, mild, strict=True)
    }


def _by_rules(desk: Desk, option: Option) -> Proposal:
    return Proposal(
        id=f"rules-{option.lens}",
        lens=option.lens,
        words=propose(ProposeTask(desk, option)),
        segments=tuple(s.id for s in option.segments),
        allocation=option.allocation.id,
        forecast=option.forecast.id,
    )
