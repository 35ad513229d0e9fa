"""``single``: one draft and one critic's look; with calls to spare, the best of several drafts."""

from __future__ import annotations

from typing import Self

from nexusplanner.agents.protocols.protocol import DecisionProtocol, Draft
from nexusplanner.domain.proposal import LENSES

_EDITOR = 1
_A_DRAFT = 2
"""Answers that a draft takes: the strategist's and the critic's."""


class Single(DecisionProtocol):
    """One strategist, one look, no vote, no debate, no revision.

    Args:
        drafts: How many drafts; of several the one that its critic rates best is taken.
    """

    name = "single"
    critics = ("finance",)
    revisions = 0
    rounds = 0

    def __init__(self, *, drafts: int = 1) -> None:
        self.drafts = tuple(Draft(LENSES[i % len(LENSES)], i // len(LENSES)) for i in range(max(drafts, 1)))

    def why_no_debate(self, proposal: str, offering: str) -> str:
        """Say that one look was all."""
        return f"No debate: one critic looked at the {proposal} proposal for {offering}, and nobody voted."

    def for_calls(self, calls: int) -> Self:
        """Return one with as many drafts as the calls pay for."""
        return type(self)(drafts=(calls - _EDITOR) // _A_DRAFT)
