"""The tasks of the agents: what each is handed, in one type, whether a model or an expert answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.domain.critique import Critique, Fault, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.proposal import Proposal, ProposalWords
from nexusplanner.domain.sections import Risk


@dataclass(frozen=True)
class ProposeTask:
    """Write a proposal under a lens; with ``previous`` and ``gaps``, mend one."""

    desk: Desk
    option: Option
    draw: int = 0
    """Which telling of the same facts to use; another draw gives other words."""
    previous: ProposalWords | None = None
    gaps: tuple[Verdict, ...] = ()
    taken: tuple[ProposalWords, ...] = ()
    """What siblings said already, where a draft repeated one of them and is drawn again."""


@dataclass(frozen=True)
class CritiqueTask:
    """Judge one proposal, criterion by criterion."""

    desk: Desk
    critic: str
    proposal: Proposal
    option: Option
    siblings: tuple[Proposal, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Dispute:
    """One criterion of one proposal on which the critics differ."""

    proposal: Proposal
    option: Option
    votes: tuple[Verdict, ...]

    @property
    def about(self) -> str:
        """``<proposal id>/<criterion>``."""
        return f"{self.proposal.id}/{self.votes[0].criterion}"

    @property
    def told(self) -> str:
        """What it is about, without a name: ``the money of the proposal``."""
        return f"the {self.votes[0].criterion.replace('_', ' ')} of the proposal"


@dataclass(frozen=True)
class ArgueTask:
    """Say one thing that is new about a dispute, or concede."""

    desk: Desk
    dispute: Dispute
    voice: str
    round: int
    turns: tuple[Turn, ...]

    @property
    def turns_on_it(self) -> tuple[Turn, ...]:
        """The turns on this dispute."""
        return tuple(t for t in self.turns if t.about == self.dispute.about)


@dataclass(frozen=True)
class DecideTask:
    """Settle a dispute from the votes and the turns."""

    desk: Desk
    dispute: Dispute
    turns: tuple[Turn, ...]

    @property
    def turns_on_it(self) -> tuple[Turn, ...]:
        """The turns on this dispute."""
        return tuple(t for t in self.turns if t.about == self.dispute.about)


class Ruling(DomainModel):
    """How a dispute was settled, and on what."""

    passed: bool
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finalist:
    """A proposal that may become the plan, with what its critics found."""

    proposal: Proposal
    option: Option
    verdicts: tuple[Verdict, ...]
    """One a criterion, as it was settled."""


@dataclass(frozen=True)
class CompareTask:
    """Say which of two finalists serves the brief better."""

    desk: Desk
    first: Finalist
    second: Finalist


class Preference(DomainModel):
    """Which of two was preferred, and why."""

    prefers: Literal["first", "second", "neither"]
    reason: str


@dataclass(frozen=True)
class SummariseTask:
    """Write what the reader meets first, and what may go wrong."""

    desk: Desk
    proposal: Proposal
    option: Option
    critiques: tuple[Critique, ...] = field(default=())


class SummaryWords(DomainModel):
    """The editor's words."""

    summary: str
    risks: tuple[Risk, ...]
