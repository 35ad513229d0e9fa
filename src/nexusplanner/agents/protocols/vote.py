"""``vote``: every lens drafts, several critics judge, and the majority decides each criterion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Self

from nexusplanner.agents.ballot import by_votes
from nexusplanner.agents.protocols.protocol import PERSONAS, DecisionProtocol
from nexusplanner.domain.critique import Critique, Verdict

_FIXED = 2
"""Answers besides drafts and critics: the editor's, and one mending."""
_CRITICS = 3
"""Critics that make a majority without ties."""


class Vote(DecisionProtocol):
    """A majority for each criterion; a tie is settled by the mean score, then by caution.

    Args:
        critics: How many judge each proposal.
    """

    name = "vote"
    rounds = 0

    def __init__(self, *, critics: int = _CRITICS) -> None:
        self.critics = tuple(_critic(i) for i in range(max(critics, 1)))

    def by_votes(self, critiques: Sequence[Critique]) -> Mapping[str, bool]:
        """Count the votes on every criterion of every proposal that the critics differ about."""
        votes: defaultdict[str, list[Verdict]] = defaultdict(list)
        for critique in critiques:
            for verdict in critique.verdicts:
                votes[f"{critique.proposal}/{verdict.criterion}"].append(verdict)
        differing = ((about, given) for about, given in votes.items() if len({v.passed for v in given}) > 1)
        return {about: by_votes(given).passed for about, given in differing}

    def why_no_debate(self, proposal: str, offering: str) -> str:
        """Say that the majority decided."""
        return (
            f"No debate: {len(self.critics)} critics voted on each criterion of the {proposal} proposal for {offering}."
        )

    def for_calls(self, calls: int) -> Self:
        """Return one with as many critics as the calls pay for, an odd number; one mending is reckoned with."""
        drafts = len(self.drafts)
        paid = (calls - _FIXED - drafts) // (drafts + 1)
        return type(self)(critics=max(1, paid - (paid + 1) % 2))


def _critic(number: int) -> str:
    again, which = divmod(number, len(PERSONAS))
    return f"{PERSONAS[which]}-{again + 1}" if again else PERSONAS[which]
