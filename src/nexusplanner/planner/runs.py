"""Runs: one walk through the graph, told as events and gathered into a result."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, Durability, StateSnapshot
from pydantic import TypeAdapter

from nexusplanner.agents.memo import Memo
from nexusplanner.domain.change import Change, Refusal
from nexusplanner.domain.decision import Pending
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.tenant import storage_key
from nexusplanner.domain.timeline import Timeline
from nexusplanner.errors import RunCancelled
from nexusplanner.graph.context import RunContext
from nexusplanner.graph.plan_graph import PlanGraph
from nexusplanner.graph.state import PlanState
from nexusplanner.llm.purse import Purse
from nexusplanner.observability.events import ApprovalEvent, DoneEvent, Event, StartedEvent
from nexusplanner.observability.several import NOBODY
from nexusplanner.observability.step_desk import StepDesk
from nexusplanner.persistence.checkpoint_order import RESTS_ON
from nexusplanner.planner.approving import pending_of
from nexusplanner.planner.resting import durability_of, tidy
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.run_log import Walk
from nexusplanner.ports.observer import Observer, Work
from nexusplanner.ports.runs import Ending, RunRow

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
    walk_of: Walk | None = field(default=None, repr=False)
    """Its place in the log of runs; a run that nobody resumes has none."""

    @property
    def purse(self) -> Purse:
        """What it pays from."""
        if self.context.purse is None:
            raise RuntimeError("the run has no purse")
        return self.context.purse

    async def stream(self, given: PlanState | Command[Any]) -> AsyncIterator[Event]:
        """Walk the graph, yielding events as they happen; afterwards ``result`` is set."""
        state = PlanState()
        async with self.recorded():
            for event in self._started():
                yield event
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
        async with self.recorded():
            self._started()
            await self.go(given)

    async def go(self, given: PlanState | Command[Any] | None, *, again: PlanState | None = None) -> None:
        """Walk the graph to its end, within :meth:`recorded`.

        Args:
            given: What it is handed; None goes on where it stopped.
            again: What it was handed at first: where what is left of its steps leads nowhere, they are walked anew.
        """
        context = replace(self.context, hear=self.told.append)
        walked = await self.graph.ainvoke(given, self._config, context=context, durability=self._durability)
        state = cast(PlanState, walked or {})
        pending = await self._pending(state)
        if again is not None and not pending and not state.get("done"):
            await tidy(self.graph.checkpointer, self._thread, keep=())
            walked = await self.graph.ainvoke(again, self._config, context=context, durability=self._durability)
            state = cast(PlanState, walked)
        await self._close(state)

    @asynccontextmanager
    async def recorded(self) -> AsyncIterator[None]:
        """See to it that all that was spent and decided is on the disk when the walk has ended, and how it did."""
        watch = self.context.watch = self.observer.begin(Work("run", "plan", self.context.tenant, self.run_id))
        if self.walk_of is not None:
            self.purse.warrant = self.walk_of.warrant
        try:
            yield
        except BaseException as error:
            watch.end(error)
            if self.walk_of is not None:
                await self.walk_of.broken_off(error)
            if isinstance(error, RunCancelled):
                await tidy(self.graph.checkpointer, self._thread, keep=())
            raise
        finally:
            if self.context.steps is not None:
                self.context.steps.flush()
            kept = (self.context.purse, self.steps)
            await asyncio.gather(*(part.awritten() for part in kept if part is not None))
        if self.result is not None:
            watch.note({"status": self.result.status})
        watch.end()

    def _started(self) -> list[Event]:
        if self.walk_of is None:
            return []
        started = StartedEvent(run_id=self.run_id)
        self.told.append(started)
        return [started]

    @property
    def _config(self) -> RunnableConfig:
        config = thread_of(self.context.tenant, self.run_id)
        config["configurable"][RESTS_ON] = self.purse.under_way
        return config

    @property
    def _thread(self) -> str:
        return str(self._config["configurable"]["thread_id"])

    @property
    def _durability(self) -> Durability | None:
        return durability_of(self.graph.checkpointer)

    async def _pending(self, state: PlanState) -> tuple[Pending, ...]:
        waits = bool(self.graph.checkpointer) and state.get("status") == "needs_approval"
        return pending_of(await self.graph.aget_state(self._config)) if waits else ()

    async def _close(self, state: PlanState) -> list[Event]:
        self.state = state
        pending = await self._pending(state)
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
        if self.walk_of is not None:
            await self.walk_of.ended(_ending(self.result))
        await tidy(self.graph.checkpointer, self._thread, keep=pending)
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


def _ending(result: PlanResult) -> Ending:
    """Return what a row keeps of a result; the plan is kept by its id."""
    if result.pending:
        return Ending("waiting", plan_id=result.plan.id if result.plan else "")
    kept = {
        "status": result.status,
        "questions": list(result.questions),
        "changes": [_CHANGE.dump_python(change, mode="json") for change in result.changes],
        "refused": [refusal.model_dump(mode="json") for refusal in result.refused],
    }
    return Ending("done", plan_id=result.plan.id if result.plan else "", result=json.dumps(kept))


def told_result(row: RunRow, plan: CampaignPlan | None) -> PlanResult:
    """Return the result of a run that is done, as its row tells it."""
    kept = json.loads(row.result)
    return PlanResult(
        run_id=row.run_id,
        status=kept["status"],
        plan=plan,
        questions=tuple(kept["questions"]),
        changes=tuple(_CHANGE.validate_python(raw) for raw in kept["changes"]),
        refused=tuple(Refusal.model_validate(raw) for raw in kept["refused"]),
    )


def is_begun(snapshot: StateSnapshot) -> bool:
    """Tell whether a run left any step to go on from."""
    return snapshot.created_at is not None
