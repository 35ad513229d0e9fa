"""Runs: one walk through the graph, told as events and gathered into a result."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, Durability
from pydantic import TypeAdapter

from nexusplanner.agents.memo import Memo
from nexusplanner.domain.change import Change, Refusal
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.tenant import storage_key
from nexusplanner.domain.timeline import Timeline
from nexusplanner.graph.context import RunContext
from nexusplanner.graph.plan_graph import PlanGraph
from nexusplanner.graph.state import PlanState
from nexusplanner.observability.events import ApprovalEvent, DoneEvent, Event
from nexusplanner.observability.several import NOBODY
from nexusplanner.observability.step_desk import StepDesk
from nexusplanner.planner.approving import pending_of
from nexusplanner.planner.resting import durability_of, tidy
from nexusplanner.planner.result import PlanResult
from nexusplanner.ports.observer import Observer, Work

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
RECURSION_LIMIT = 60


def thread_of(tenant: str, run_id: str) -> RunnableConfig:
    """Return where a run rests; the tenant is part of the address."""
    return {"configurable": {"thread_id": f"{storage_key(tenant)}/{run_id}"}, "recursion_limit": RECURSION_LIMIT}


@dataclass
class Run:
    """One run in progress."""

    graph: PlanGraph
    run_id: str
    context: RunContext
    told: list[Event] = field(default_factory=list)
    result: PlanResult | None = None
    state: PlanState = field(default_factory=PlanState, repr=False)
    """Where it ended or waits."""
    steps: StepDesk | None = field(default=None, repr=False)
    """Keeps the decisions that were noted."""
    observer: Observer = field(default=NOBODY, repr=False)
    """Who looks on."""

    async def stream(self, given: PlanState | Command[Any]) -> AsyncIterator[Event]:
        """Walk the graph, yielding events as they happen; afterwards ``result`` is set."""
        state = PlanState()
        async with self._in_the_books():
            async for part in self.graph.astream(
                given,
                self._config,
                context=self.context,
                stream_mode=["custom", "values"],
                subgraphs=True,
                durability=self._durability,
                version="v2",
            ):
                if part["type"] == "custom":
                    event = _EVENT.validate_python(part["data"])
                    self.told.append(event)
                    yield event
                elif not part["ns"]:
                    state = cast(PlanState, part["data"])
            last = await self._close(state)
        for event in last:
            yield event

    async def walk(self, given: PlanState | Command[Any]) -> None:
        """Walk the graph with nobody watching; afterwards ``result`` is set and all events are told."""
        async with self._in_the_books():
            context = replace(self.context, hear=self.told.append)
            state = await self.graph.ainvoke(given, self._config, context=context, durability=self._durability)
            await self._close(cast(PlanState, state))

    @asynccontextmanager
    async def _in_the_books(self) -> AsyncIterator[None]:
        """See to it that all that was spent and decided is on the disk when the walk has ended, however it did."""
        watch = self.context.watch = self.observer.begin(Work("run", "plan", self.context.tenant, self.run_id))
        try:
            yield
        except BaseException as error:
            watch.end(error)
            raise
        finally:
            if self.context.steps is not None:
                self.context.steps.flush()
            kept = (self.context.purse, self.steps)
            await asyncio.gather(*(part.awritten() for part in kept if part is not None))
        if self.result is not None:
            watch.note({"status": self.result.status})
        watch.end()

    @property
    def _config(self) -> RunnableConfig:
        return thread_of(self.context.tenant, self.run_id)

    @property
    def _durability(self) -> Durability | None:
        return durability_of(self.graph.checkpointer)

    async def _close(self, state: PlanState) -> list[Event]:
        self.state = state
        waits = bool(self.graph.checkpointer) and state.get("status") == "needs_approval"
        pending = pending_of(await self.graph.aget_state(self._config)) if waits else ()
        memo = self.context.memo or Memo()
        plan = memo.of(CampaignPlan.model_validate, state["plan"]) if state.get("plan") else None
        memo.clear()
        status = cast(PlanStatus, state["status"])
        self.result = PlanResult(
            run_id=self.run_id,
            status=status,
            plan=plan,
            pending=pending,
            questions=tuple(state.get("questions", ())),
            changes=tuple(_CHANGE.validate_python(raw) for raw in state.get("changes", ())),
            refused=tuple(Refusal.model_validate(raw) for raw in state.get("refused", ())),
        )
        await tidy(self.graph.checkpointer, self._config["configurable"]["thread_id"], keep=pending)
        asked: list[Event] = [ApprovalEvent(id=p.id, approvers=p.approvers, plan_id=p.plan_id) for p in pending]
        last = [*asked, DoneEvent(run_id=self.run_id, status=status, plan_id=plan.id if plan else None)]
        self.told.extend(last)
        return last

    def finished(self) -> PlanResult:
        """Return the result with all that was told."""
        if self.result is None:
            raise RuntimeError("the run was not walked to its end")
        timeline = self.context.keeper.timeline() if self.context.keeper else Timeline()
        return replace(self.result, events=tuple(self.told), timeline=timeline)
