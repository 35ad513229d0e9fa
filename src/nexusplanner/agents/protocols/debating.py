"""``debate``: what two critics differ about is argued, claim by claim, until one side has shown more."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.agents.ballot import by_record, is_shown
from nexusplanner.agents.protocols.protocol import DecisionProtocol
from nexusplanner.agents.stopping import ROUND_CAP
from nexusplanner.agents.tasks import Dispute, Ruling
from nexusplanner.agents.verdicts import Tally, disputes
from nexusplanner.domain.critique import Criterion
from nexusplanner.domain.debate import Turn


class Debating(DecisionProtocol):
    """Two critics; debate on what they dispute of the leader and of a close second, and on nothing else.

    Args:
        rounds: Most rounds; in each, both voices speak once on every claim that is open.
    """

    name = "debate"

    def __init__(self, *, rounds: int = ROUND_CAP) -> None:
        self.rounds = max(rounds, 1)

    def disputed(self, ranked: Sequence[Tally]) -> tuple[tuple[str, Criterion], ...]:
        """Return what the critics differ about: where they agree there is no debate."""
        return disputes(ranked)

    def ruling(self, dispute: Dispute, turns: Sequence[Turn]) -> Ruling | None:
        """Settle a dispute on which one side has shown more; the judge is asked about the others."""
        return by_record(dispute, turns) if is_shown(dispute, turns) else None

    def why_no_debate(self, proposal: str, offering: str) -> str:
        """Say that the critics agree."""
        return (
            f"No debate: the critics agree on every criterion of the {proposal} proposal for "
            f"{offering}, and of any that comes close."
        )
