"""Context of a run: what nodes work with. It travels beside the state and is never checkpointed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from langgraph.runtime import Runtime

from nexusplanner.agents import Critic, Debater, Editor, Judge, Refiner, Strategist
from nexusplanner.agents.memo import Memo
from nexusplanner.agents.protocols import Debating, DecisionProtocol
from nexusplanner.domain.tenant import DEFAULT_TENANT
from nexusplanner.learning import Experience
from nexusplanner.llm import Model, Purse
from nexusplanner.llm.clocked import Clocked
from nexusplanner.llm.heard import Heard
from nexusplanner.llm.listener import Listener
from nexusplanner.llm.observed import Observed
from nexusplanner.llm.purse import Purses
from nexusplanner.llm.recorded import Recorded
from nexusplanner.llm.tape import Scene, Tapes
from nexusplanner.llm.taped import Taped
from nexusplanner.llm.treasury import utc_now
from nexusplanner.observability.events import Event, HealthEvent
from nexusplanner.observability.several import NOBODY
from nexusplanner.observability.step_desk import StepDesk
from nexusplanner.observability.step_notes import StepNotes
from nexusplanner.observability.timekeeper import Timekeeper
from nexusplanner.ports import Plans, ToolNode
from nexusplanner.ports.approvals import Approvals
from nexusplanner.ports.audit import AuditLog
from nexusplanner.ports.extras import Closable
from nexusplanner.ports.observer import Observer, Watch
from nexusplanner.ports.runs import Runs


@dataclass(frozen=True)
class Parts:
    """What a planner is wired with: one model chain, its tools, its store of plans."""

    model: Model
    tools: Mapping[str, ToolNode]
    plans: Plans
    clock: Callable[[], date]
    """The planning day of runs that do not bring one."""
    runs: Runs | None = field(default=None, repr=False)
    """Where the planner's runs are known; None where a host starts runs by itself."""
    purses: Purses = field(default_factory=Purses, repr=False)
    protocol: DecisionProtocol = field(default_factory=Debating)
    """How drafts and critics lead to a choice."""
    judge: Model | None = field(default=None, repr=False)
    """The chain that the judge asks, another family first; None where there is one family alone."""
    experience: Experience | None = field(default=None, repr=False)
    """What reported campaigns taught; None plans without."""
    approvals: Approvals | None = field(default=None, repr=False)
    """Where decisions of people are written down."""
    audit: AuditLog | None = field(default=None, repr=False)
    """What was done, by whom."""
    expire_days: int | None = None
    """Days that a question to the approvers waits; None: for ever."""
    now: Callable[[], datetime] = field(default=utc_now, repr=False)
    """The clock of questions and decisions."""
    held_open: tuple[Closable, ...] = field(default=(), repr=False)
    """What is closed with the planner."""
    observer: Observer = field(default=NOBODY, repr=False)
    """Who looks on."""
    steps: StepDesk | None = field(default=None, repr=False)
    """Keeps what agents decide; None where nothing is kept."""


@dataclass
class RunContext:
    """One run's bounds. A server's client may set all but ``parts`` and what follows ``max_calls``."""

    tenant: str = DEFAULT_TENANT
    limit_usd: str = "1.00"
    max_calls: int = 200
    parts: Parts | None = field(default=None, repr=False)
    purse: Purse | None = field(default=None, repr=False)
    memo: Memo | None = field(default=None, repr=False)
    """What its nodes read already; where there is none, each node reads for itself."""
    hear: Callable[[Event], None] | None = field(default=None, repr=False)
    """Is told what happens, where nobody reads the graph's own stream."""
    keeper: Timekeeper | None = field(default=None, repr=False)
    """Notes who works when; where there is none, nobody does."""
    tapes: Tapes | None = field(default=None, repr=False)
    """What the run was told before its process died; where there is none, nothing is journaled."""
    watch: Watch | None = field(default=None, repr=False)
    """What the observer watches the run with; its nodes belong to it."""
    steps: StepNotes | None = field(default=None, repr=False)
    """Notes the decisions of agents; where there is none, nobody does."""


@dataclass(frozen=True)
class Stage:
    """A node's hold on the run: the wired parts, the purse, and a way to tell what happens."""

    parts: Parts
    purse: Purse
    tenant: str
    tell: Callable[[Event], None]
    memo: Memo = field(default_factory=Memo)
    is_read: bool = False
    """Whether somebody reads the words as they are written."""
    keeper: Timekeeper = field(default_factory=Timekeeper)
    """Notes who works when."""
    scene: Scene | None = None
    """This node's part of the journal."""
    run: str = ""
    """The run's id."""
    watch: Watch | None = None
    """What the run is watched with."""
    steps: StepNotes | None = None
    """Notes the decisions of agents."""

    @property
    def protocol(self) -> DecisionProtocol:
        """How this run comes to a choice."""
        return self.parts.protocol

    @property
    def used_up(self) -> float:
        """The share of the run's money or calls that is used, whichever is more, 0-1."""
        money = float(self.purse.spent_usd / self.purse.limit_usd) if self.purse.limit_usd else 0.0
        return max(money, self.purse.calls / self.purse.max_calls if self.purse.max_calls else 0.0)

    def strategist(self, branch: str) -> Strategist:
        """Return who writes and mends the proposals of a branch."""
        return Strategist(self._heard("strategist", branch))

    def critic(self, branch: str) -> Critic:
        """Return who judges in a branch."""
        return Critic(self._heard("critic", branch))

    def debater(self, branch: str) -> Debater:
        """Return who argues in a branch."""
        return Debater(self._heard("debater", branch))

    def judge(self, branch: str) -> Judge:
        """Return who settles a dispute, of another family than the voices where there is one."""
        return Judge(self._heard("judge", branch, self.parts.judge))

    def editor(self) -> Editor:
        """Return who writes summary and risks."""
        return Editor(self._heard("editor", ""))

    def refiner(self) -> Refiner:
        """Return who reads feedback."""
        return Refiner(self._heard("refiner", ""))

    def _heard(self, agent: str, branch: str, model: Model | None = None) -> Model:
        listener = Listener(agent, branch, self._told, is_for_words=self.is_read)
        asked = model or self.parts.model
        if self.scene is not None:
            asked = Taped(asked, self.scene, call=f"{agent} {branch}".strip())
        asked = Heard(asked, listener)
        if self.steps is not None:
            asked = Recorded(asked, self.steps, agent=agent, branch=branch)
        if self.parts.observer is not NOBODY:
            asked = Observed(asked, self.parts.observer, kind="agent", agent=agent, branch=branch)
        return Clocked(asked, self.keeper, agent=agent, branch=branch)

    def _told(self, event: Event) -> None:
        if isinstance(event, HealthEvent):
            self.parts.observer.told("health", {"deployment": event.deployment, "state": event.state})
        self.tell(event)


def stage_of(runtime: Runtime[RunContext], default: Parts, *, place: str = "") -> Stage:
    """Read the runtime; a run without parts of its own uses the graph's.

    Args:
        runtime: The graph's.
        default: The graph's parts.
        place: The node's place in the run, the same whenever the run is walked again.
    """
    # A server that was sent no context leaves it empty, whatever the type says.
    context = cast("RunContext | None", runtime.context) or RunContext()
    info = runtime.execution_info
    run = (info.thread_id or info.run_id or "") if info else ""
    purse = context.purse or default.purses.of(
        run, usd=Decimal(context.limit_usd), max_calls=context.max_calls, tenant=context.tenant
    )

    def tell(event: Event) -> None:
        runtime.stream_writer(event.model_dump(mode="json"))

    return Stage(
        context.parts or default,
        purse,
        context.tenant,
        context.hear or tell,
        context.memo or Memo(),
        is_read=context.hear is None,
        keeper=context.keeper or Timekeeper(),
        scene=context.tapes.enter(place) if context.tapes else None,
        run=run.rpartition("/")[2],
        watch=context.watch,
        steps=context.steps or _steps_of_a_host(context, run, default),
    )


def _steps_of_a_host(context: RunContext, run: str, parts: Parts) -> StepNotes | None:
    """Note the steps of a run that a host began by itself; nobody tells when it ends: each is handed over at once."""
    if context.purse is not None or parts.steps is None:
        return None
    return parts.steps.notes(context.tenant, run, group=1)


__all__ = ["Parts", "RunContext", "Stage", "stage_of"]
