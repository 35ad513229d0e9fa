"""A protocol: how many draft and judge, and what happens between the critics' votes and the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

from nexusplanner.agents.stopping import ROUND_CAP, stop_reason
from nexusplanner.agents.tasks import Dispute, Ruling
from nexusplanner.agents.verdicts import Tally
from nexusplanner.domain.critique import Criterion, Critique
from nexusplanner.domain.debate import StopReason, Turn
from nexusplanner.domain.proposal import LENSES, Lens

PERSONAS = ("finance", "audience", "operations")
"""The critics there are; a number behind a name (``finance-2``) asks the same one once more."""


class Draft(NamedTuple):
    """One proposal to be written: under which lens, and which telling of the same facts."""

    lens: Lens
    draw: int = 0


class DecisionProtocol:
    """What lies between the drafts and the choice. Derive from it to bring your own.

    As it stands every lens drafts, two critics look, nothing is debated, and a criterion passes
    where all of its critics passed it.
    """

    name: str = "own"
    """How the plan calls it."""
    drafts: tuple[Draft, ...] = tuple(Draft(lens) for lens in LENSES)
    """The proposals that are written, side by side; none sees another."""
    critics: tuple[str, ...] = ("finance", "audience")
    """Who judges each proposal; at least one."""
    revisions: int = 2
    """How often the leader is mended at most, where words can mend it."""
    rounds: int = ROUND_CAP
    """Most rounds of a debate."""

    def by_votes(self, critiques: Sequence[Critique]) -> Mapping[str, bool]:
        """Settle criteria by votes alone: ``<proposal id>/<criterion>`` -> passed.

        Args:
            critiques: All critics' verdicts on the proposals as they stand.

        Returns:
            What votes settle; of the rest only what every critic passed has passed.
        """
        del critiques
        return {}

    def disputed(self, ranked: Sequence[Tally]) -> tuple[tuple[str, Criterion], ...]:
        """Return what is to be debated, as proposal and criterion; nothing is no debate.

        Args:
            ranked: The votes on each proposal, the leader first.
        """
        del ranked
        return ()

    def stop(
        self, abouts: Sequence[str], turns: Sequence[Turn], *, round_: int, budget_used: float
    ) -> StopReason | None:
        """Return why the debate ends after this round, or None to go on."""
        return stop_reason(abouts, turns, round_=round_, budget_used=budget_used, cap=self.rounds)

    def ruling(self, dispute: Dispute, turns: Sequence[Turn]) -> Ruling | None:
        """Settle a dispute by what its turns have shown; None leaves it to the judge."""
        del dispute, turns
        return None

    def why_no_debate(self, proposal: str, offering: str) -> str:
        """Say in the plan why nothing was debated.

        Args:
            proposal: What the leader is called (``growth``).
            offering: What the campaign is for.
        """
        return f"No debate: the protocol “{self.name}” asked for none on the {proposal} proposal for {offering}."

    def for_calls(self, calls: int) -> Self:
        """Return the protocol with as many drafts and critics as so many answers of agents pay for.

        Args:
            calls: Answers of strategists, critics, debaters, judge and editor together.
        """
        del calls
        return self

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self.drafts)} drafts, {len(self.critics)} critics, {self.rounds} rounds>"
