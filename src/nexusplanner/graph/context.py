"""Context of a run: what nodes work with. It travels beside the state and is never checkpointed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import cast

from langgraph.runtime import Runtime

from nexusplanner.agents import Critic, Debater, Editor, Judge, Strategist
from nexusplanner.agents.memo import Memo
from nexusplanner.domain.tenant import DEFAULT_TENANT
from nexusplanner.llm import Model, Purse
from nexusplanner.llm.purse import Purses
from nexusplanner.observability.events import Event
from nexusplanner.ports import Plans, ToolNode
from nexusplanner.ports.extras import Closable


@dataclass(frozen=True)
class Parts:
    """What a planner is wired with: one model chain, its tools, its store of plans."""

    model: Model
    tools: Mapping[str, ToolNode]
    plans: Plans
    clock: Callable[[], date]
    """The planning day of runs that do not bring one."""
    purses: Purses = field(default_factory=Purses, repr=False)
    held_open: tuple[Closable, ...] = field(default=(), repr=False)
    """What is closed with the planner."""

    @cached_property
    def strategist(self) -> Strategist:
        """Writes and mends proposals."""
        return Strategist(self.model)

    @cached_property
    def critic(self) -> Critic:
        """Judges proposals."""
        return Critic(self.model)

    @cached_property
    def debater(self) -> Debater:
        """Argues disputes."""
        return Debater(self.model)

    @cached_property
    def judge(self) -> Judge:
        """Settles disputes."""
        return Judge(self.model)

    @cached_property
    def editor(self) -> Editor:
        """Writes summary and risks."""
        return Editor(self.model)


@dataclass
class RunContext:
    """One run's bounds. A server's client may set all but ``parts``, ``purse``, ``memo`` and ``hear``."""

    tenant: str = DEFAULT_TENANT
    limit_usd: str = "1.00"
    max_calls: int = 200
    parts: Parts | None = field(default=None, repr=False)
    purse: Purse | None = field(default=None, repr=False)
    memo: Memo | None = field(default=None, repr=False)
    """What its nodes read already; where there is none, each node reads for itself."""
    hear: Callable[[Event], None] | None = field(default=None, repr=False)
    """Is told what happens, where nobody reads the graph's own stream."""


@dataclass(frozen=True)
class Stage:
    """A node's hold on the run: the wired parts, the purse, and a way to tell what happens."""

    parts: Parts
    purse: Purse
    tenant: str
    tell: Callable[[Event], None]
    memo: Memo = field(default_factory=Memo)


def stage_of(runtime: Runtime[RunContext], default: Parts) -> Stage:
    """Read the runtime; a run without parts of its own uses the graph's."""
    # A server that was sent no context leaves it empty, whatever the type says.
    context = cast("RunContext | None", runtime.context) or RunContext()
    info = runtime.execution_info
    run = (info.thread_id or info.run_id or "") if info else ""
    purse = context.purse or default.purses.of(
        run, usd=Decimal(context.limit_usd), max_calls=context.max_calls, tenant=context.tenant
    )

    def tell(event: Event) -> None:
        runtime.stream_writer(event.model_dump(mode="json"))

    return Stage(context.parts or default, purse, context.tenant, context.hear or tell, context.memo or Memo())


__all__ = ["Parts", "RunContext", "Stage", "stage_of"]
