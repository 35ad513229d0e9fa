"""The last word check: what is still at fault after mending is not shipped; the expert's words stand in for it."""

from __future__ import annotations

from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.mending import mended_summary
from nexusplanner.agents.outside import censor
from nexusplanner.agents.tasks import ProposeTask, SummariseTask, SummaryWords
from nexusplanner.domain.proposal import Proposal, ProposalWords
from nexusplanner.domain.repair import Repair
from nexusplanner.domain.sections import Degraded
from nexusplanner.llm.request import Answer
from nexusplanner.llm.rules import RULES


def clean_words(desk: Desk, proposal: Proposal, option: Option) -> tuple[ProposalWords, tuple[Degraded, ...]]:
    """Return the proposal's words, or the expert's where faults are left in them."""
    if proposal.rung == RULES:
        return proposal.words, ()
    faults = check_proposal(desk, proposal, option, desk.pool)
    if not faults:
        return proposal.words, ()
    reason = f"{len(faults)} faults were left in what {proposal.rung} wrote, first: {faults[0].problem}"
    return propose(ProposeTask(desk, option)), (Degraded(part="strategy", reason=reason),)


def clean_summary(
    desk: Desk, proposal: Proposal, option: Option, answer: Answer[SummaryWords]
) -> tuple[SummaryWords, tuple[Repair, ...], tuple[Degraded, ...]]:
    """Return the editor's words without what may not be shipped, or the expert's where nothing is left."""
    words, repairs = mended_summary(desk, proposal, option, answer)
    if words.summary.strip() and not censor(desk).faults(words.summary):
        return words, repairs, ()
    if answer.rung == RULES:
        return words, repairs, ()
    lost = Degraded(part="summary", reason=f"Nothing of what {answer.rung} wrote could be shipped.")
    return summarise(SummariseTask(desk, proposal, option)), repairs, (lost,)
