"""Binding: a node gets its stage, its events and its tenant check in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime

from nexusplanner.calculators.remembered import computing_for
from nexusplanner.domain.timeline import Shift
from nexusplanner.errors import TenantError
from nexusplanner.graph.context import Parts, RunContext, Stage, stage_of
from nexusplanner.observability.events import StageEvent
from nexusplanner.ports.observer import Work

S = TypeVar("S")
R = TypeVar("R")


def bound(name: str, node: Callable[[S, Stage], Awaitable[R]], parts: Parts) -> Any:  # noqa: ANN401
    """Return the node as LangGraph calls it.

    The return type is the framework's own: it accepts any callable of state and runtime.
    """

    async def run(state: S, runtime: Runtime[RunContext], config: RunnableConfig) -> R:
        stage = stage_of(runtime, parts, place=place_of(config))
        _same_tenant(state, stage)
        stage.purse.check()
        stage.tell(StageEvent(stage=name, phase="start"))
        with computing_for(stage.tenant), _clocked(name, stage), _watched(name, stage):
            changed = await node(state, stage)
        stage.tell(StageEvent(stage=name, phase="end"))
        return changed

    run.__name__ = run.__qualname__ = name
    return run


def place_of(config: RunnableConfig) -> str:
    """Name a node's place in its run by names and numbers alone: ids of tasks are others once a run begins anew."""
    told = config.get("metadata") or {}
    names = (part.partition(":")[0] for part in str(told.get("langgraph_checkpoint_ns", "")).split("|"))
    branch = "/".join(str(part) for part in list(told.get("langgraph_path", ()))[1:2])
    return f"{'|'.join(names)} {told.get('langgraph_step', 0)} {branch}"


@contextmanager
def _clocked(name: str, stage: Stage) -> Iterator[None]:
    began = stage.keeper.now_s()
    try:
        yield
    finally:
        stage.keeper.note(Shift(kind="stage", who=name, began_s=began, ended_s=stage.keeper.now_s()))


@contextmanager
def _watched(name: str, stage: Stage) -> Iterator[None]:
    work = Work("node", name, stage.tenant, stage.purse.run)
    with stage.parts.observer.begin(work, within=stage.watch) as watch:
        try:
            yield
        except GraphBubbleUp:  # it waits for a person; nothing failed
            watch.note({"is_waiting": True})
            watch.end()
            raise


def _same_tenant(state: object, stage: Stage) -> None:
    tenant = state.get("tenant") if isinstance(state, dict) else None
    if tenant is not None and tenant != stage.tenant:
        raise TenantError(
            "This run belongs to another tenant.",
            fix="Resume it with the tenant that began it.",
        )
