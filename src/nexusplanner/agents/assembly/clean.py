"""The last word check: what cannot be traced is not shipped; the expert's words stand in for it."""

from __future__ import annotations

from collections.abc import Iterator

from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.tasks import ProposeTask, SummariseTask, SummaryWords
from nexusplanner.domain.proposal import Proposal, ProposalWords
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
) -> tuple[SummaryWords, tuple[Degraded, ...]]:
    """Return the editor's words, or the expert's where they may not be shipped."""
    if answer.rung == RULES:
        return answer.value, ()
    fault = next(_faults(desk, answer.value), "")
    if not fault:
        return answer.value, ()
    return summarise(SummariseTask(desk, proposal, option)), (Degraded(part="summary", reason=fault),)


def _faults(desk: Desk, words: SummaryWords) -> Iterator[str]:
    from nexusplanner.calculators.verification import orphans

    if not words.summary.strip():
        yield "It was empty."
    for text in (words.summary, *(t for r in words.risks for t in (r.risk, r.sign, r.answer))):
        for number in orphans(text, desk.pool):
            yield f"The number {number} had no source and was not shipped."
        for phrase in desk.brief.brand.never_say:
            if phrase.casefold() in text.casefold():
                yield f"It said {phrase!r}, which the brand never says."
