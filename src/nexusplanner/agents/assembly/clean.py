"""The last word check: what cannot be traced is not shipped; the expert's words stand in for it."""

from __future__ import annotations

from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.tasks import ProposeTask, SummariseTask, SummaryWords
from nexusplanner.domain.proposal import Proposal, ProposalWords
from nexusplanner.domain.sections import Degraded
from nexusplanner.llm.request import Answer


def clean_words(desk: Desk, proposal: Proposal, option: Option) -> tuple[ProposalWords, tuple[Degraded, ...]]:
    """Return the proposal's words, or the expert's where faults are left in them."""
    from nexusplanner.calculators.verification import FigurePool

    if proposal.rung == "rules":
        return proposal.words, ()
    pool = FigurePool.of(desk.brief, desk.evidence, desk.calculations)
    faults = check_proposal(desk, proposal, option, pool)
    if not faults:
        return proposal.words, ()
    reason = f"{len(faults)} faults were left in what {proposal.rung} wrote, first: {faults[0].problem}"
    return propose(ProposeTask(desk, option)), (Degraded(part="strategy", reason=reason),)


def clean_summary(
    desk: Desk, proposal: Proposal, option: Option, answer: Answer[SummaryWords]
) -> tuple[SummaryWords, tuple[Degraded, ...]]:
    """Return the editor's words, or the expert's where a number in them has no source."""
    from nexusplanner.calculators.verification import FigurePool, orphans

    words = answer.value
    if answer.rung == "rules":
        return words, ()
    pool = FigurePool.of(desk.brief, desk.evidence, desk.calculations)
    prose = [
        words.summary,
        *(t for r in words.risks for t in (r.risk, r.sign, r.answer)),
    ]
    loose = [number for text in prose for number in orphans(text, pool)]
    if not loose:
        return words, ()
    return summarise(SummariseTask(desk, proposal, option)), (
        Degraded(
            part="summary",
            reason=f"The number {loose[0]} had no source and was not shipped.",
        ),
    )
