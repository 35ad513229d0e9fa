"""Run events: what an application is told while a plan is being made. Frozen, typed, plain."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.plan import PlanStatus


class StageEvent(DomainModel):
    """A node of the graph began or ended."""

    type: Literal["stage"] = "stage"
    stage: str
    phase: Literal["start", "end"]
    detail: str = ""


class EvidenceEvent(DomainModel):
    """A tool node brought evidence, or was lost."""

    type: Literal["evidence"] = "evidence"
    tool: str
    count: int
    lost: str = ""


class ProposalEvent(DomainModel):
    """A strategist handed in a proposal, or a revision of one."""

    type: Literal["proposal"] = "proposal"
    proposal: str
    lens: str
    rung: str
    revision: int
    positioning: str
    p50: float


class VerdictEvent(DomainModel):
    """A critic judged a proposal."""

    type: Literal["verdict"] = "verdict"
    proposal: str
    critic: str
    score: float
    passed: int
    failed: tuple[str, ...]


class TurnEvent(DomainModel):
    """A voice took its turn in a debate."""

    type: Literal["turn"] = "turn"
    round: int
    voice: Literal["A", "B"]
    about: str
    """The disputed claim: ``<proposal id>/<criterion>``."""
    stance: Literal["pass", "fail", "concede"]
    argument: str


class CostEvent(DomainModel):
    """An answer of a model was settled."""

    type: Literal["cost"] = "cost"
    part: str
    rung: str
    usd: Decimal
    tokens_in: int
    tokens_out: int
    latency_s: float = 0.0
    """Seconds it took, tries and waits in it."""
    attempts: int = 1
    score: float | None = None
    """How good it is, 0-1."""
    replayed: int = 0
    """Replies that were paid for before the run was interrupted, and told again; of ``usd`` that part is not new."""


class StartedEvent(DomainModel):
    """A run began, or goes on after it was interrupted or waited."""

    type: Literal["started"] = "started"
    run_id: str
    """What it is resumed by."""
    is_resumed: bool = False
    replies: int = 0
    """Replies that were paid for before; those of steps that are walked again are told again."""
    changed: tuple[str, ...] = ()
    """What is set otherwise than when the run began (``models``, ``prompts``); the rest of the run follows it."""


class ApprovalEvent(DomainModel):
    """A person is asked to decide; answer with the id."""

    type: Literal["approval"] = "approval"
    id: str
    approvers: tuple[str, ...]
    plan_id: str


class TokenEvent(DomainModel):
    """A piece of text as an agent writes it. Never parse it as a result: a try may fail half way."""

    type: Literal["token"] = "token"
    part: str
    text: str
    agent: str = ""
    """The role that writes: ``strategist``."""
    branch: str = ""
    """Which of those that write side by side: ``growth``."""
    rung: str = ""
    """The model that writes."""
    is_start: bool = False
    """Whether it begins a try: what came before of the same part is void."""


class HealthEvent(DomainModel):
    """A model's deployment went down, is looked at again, or came back."""

    type: Literal["health"] = "health"
    deployment: str
    state: Literal["closed", "open", "half-open"]
    """``closed`` answers, ``open`` is left alone, ``half-open`` is asked by one call."""
    last_fault: str = ""


class DoneEvent(DomainModel):
    """The run ended or waits for a decision."""

    type: Literal["done"] = "done"
    run_id: str
    status: PlanStatus
    plan_id: str | None = None


Event = Annotated[
    StageEvent
    | EvidenceEvent
    | ProposalEvent
    | VerdictEvent
    | TurnEvent
    | CostEvent
    | HealthEvent
    | ApprovalEvent
    | StartedEvent
    | TokenEvent
    | DoneEvent,
    Field(discriminator="type"),
]
