"""What the plan tells of its own making: the verdicts, what was not chosen, who dissented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.experts.amounts import percent, result
from nexusplanner.agents.filing import traced
from nexusplanner.agents.options import option_of
from nexusplanner.agents.verdicts import settled
from nexusplanner.domain.critique import Critique, Verdict
from nexusplanner.domain.proposal import Proposal
from nexusplanner.domain.sections import Alternative
from nexusplanner.llm.rules import RULES


def final_verdicts(critiques: Sequence[Critique], leader: str, decisions: Mapping[str, bool]) -> tuple[Verdict, ...]:
    """Join the critics' verdicts on the leader with what the debate settled."""
    mine = [c for c in critiques if c.proposal == leader]
    prefix = f"{leader}/"
    return settled(
        mine,
        {k.removeprefix(prefix): v for k, v in decisions.items() if k.startswith(prefix)},
    )


def alternatives(
    desk: Desk,
    proposals: Sequence[Proposal],
    critiques: Sequence[Critique],
    leader: str,
) -> tuple[Alternative, ...]:
    """Say of each proposal that was not chosen what it lost by."""
    best = _score(critiques, leader)
    return tuple(
        Alternative(proposal=_described(desk, p), why_not=_lost_by(desk, p, critiques, best))
        for p in proposals
        if p.id != leader
    )


def dissent(critiques: Sequence[Critique], verdicts: Sequence[Verdict], leader: str) -> tuple[str, ...]:
    """Keep what critics still hold against the chosen proposal."""
    return tuple(dict.fromkeys(_objections(critiques, verdicts, leader)))


def _objections(critiques: Sequence[Critique], verdicts: Sequence[Verdict], leader: str) -> Iterator[str]:
    final = {v.criterion: v for v in verdicts}
    for critique in critiques:
        for verdict in critique.verdicts:
            if critique.proposal == leader and not verdict.passed:
                outcome = "overruled" if final[verdict.criterion].passed else "stands"
                criterion = verdict.criterion.replace("_", " ")
                yield f"The {critique.critic} critic on {criterion} ({outcome}): {verdict.gap}"


def _described(desk: Desk, proposal: Proposal) -> str:
    option, brief = option_of(desk, proposal), desk.brief
    middle = result(option.figure("p50"), brief.objective.metric, brief.budget.currency)
    said = proposal.words.positioning
    said = said if proposal.rung == RULES else traced(said, desk.pool)
    return f"{proposal.lens.replace('_', ' ')}: {said} (expected {middle})"


def _lost_by(desk: Desk, proposal: Proposal, critiques: Sequence[Critique], best: float) -> str:
    mine = [c for c in critiques if c.proposal == proposal.id]
    gaps = [v for c in mine for v in c.verdicts if not v.passed]
    worst = min(gaps, key=lambda v: v.score).gap if gaps else "It passed every criterion, by less."
    chance = percent(option_of(desk, proposal).figure("probability_of_target"))
    standing = "below" if _score(critiques, proposal.id) < best else "level with"
    return f"Its critics rated it {standing} the chosen one; its chance of the target is {chance}. {worst}"


def _score(critiques: Sequence[Critique], proposal: str) -> float:
    scores = [c.score for c in critiques if c.proposal == proposal]
    return sum(scores) / len(scores) if scores else 0.0
