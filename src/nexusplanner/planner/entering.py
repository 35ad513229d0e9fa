"""Entering: each verb goes through the one door before its first line is run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import aclosing
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from nexusplanner.domain.access import Action
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError
from nexusplanner.planner.runs import thread_of
from nexusplanner.tenancy import acting, acting_as
from nexusplanner.tenancy.door import PlanOf

if TYPE_CHECKING:
    from nexusplanner.planner.core import PlannerCore

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="PlannerCore")
Verb = Callable[Concatenate[S, P], Coroutine[Any, Any, R]]
Stream = Callable[Concatenate[S, P], AsyncIterator[R]]


def acts(action: Action) -> Callable[[Verb[S, P, R]], Verb[S, P, R]]:
    """Let a verb in that is about everything of its tenant's."""

    def guarded(verb: Verb[S, P, R]) -> Verb[S, P, R]:
        @wraps(verb)
        async def entered(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            await _enter(self, action, kwargs)
            return await verb(self, *args, **kwargs)

        return entered

    return guarded


def acts_on_plan(action: Action) -> Callable[[Verb[S, P, R]], Verb[S, P, R]]:
    """Let a verb in that is about the plan, or the plan's id, that comes first in its arguments."""

    def guarded(verb: Verb[S, P, R]) -> Verb[S, P, R]:
        @wraps(verb)
        async def entered(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            named = args[0] if args else kwargs.get("plan_id")
            plan = named.id if isinstance(named, CampaignPlan) else str(named)
            await _enter(self, action, kwargs, lambda tenant: root_of(self, plan, tenant))
            return await verb(self, *args, **kwargs)

        return entered

    return guarded


def acts_on_run(verb: Verb[S, P, R]) -> Verb[S, P, R]:
    """Let a verb in that lets a run go on: with answers it approves, without it plans."""

    @wraps(verb)
    async def entered(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        run = str(args[0] if args else kwargs.get("run_id"))
        answers = args[1] if len(args) > 1 else kwargs.get("answers")
        action: Action = "approve" if answers else "plan"
        await _enter(self, action, kwargs, lambda tenant: _root_of_run(self, run, tenant))
        return await verb(self, *args, **kwargs)

    return entered


def streams(action: Action) -> Callable[[Stream[S, P, R]], Stream[S, P, R]]:
    """Let a stream in at its first step, for whoever acted when it was asked for."""

    def guarded(verb: Stream[S, P, R]) -> Stream[S, P, R]:
        @wraps(verb)
        def entered(self: S, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[R]:
            return _streamed(self, action, acting(), kwargs, verb(self, *args, **kwargs))

        return entered

    return guarded


async def root_of(planner: PlannerCore, plan_id: str, tenant: str) -> str:
    """Return the id of the first version of the plan that one of its versions names; raises an InputError."""
    return (await planner._parts.plans.get(plan_id, tenant=tenant)).root


async def _root_of_run(planner: PlannerCore, run_id: str, tenant: str) -> str:
    """Return the same of the plan that a run waits with."""
    snapshot = await planner.graph.aget_state(thread_of(tenant, run_id))
    if (plan := snapshot.values.get("plan")) is not None:
        return CampaignPlan.model_validate(plan).root
    row = await planner._log.row(run_id, tenant=tenant)
    if row is None:
        raise InputError("no run of this tenant has that id", field="run", value=run_id)
    return await root_of(planner, row.plan_id, tenant) if row.plan_id else ""


async def _streamed(
    planner: PlannerCore, action: Action, user: str | None, given: Mapping[str, object], stream: AsyncIterator[R]
) -> AsyncIterator[R]:
    with acting_as(user):
        await _enter(planner, action, given)
    async with aclosing(cast("Any", stream)) as parts:
        while True:
            with acting_as(user):  # for the step alone: between two of them the caller does what it likes
                try:
                    part = await anext(parts)
                except StopAsyncIteration:
                    return
            yield part


async def _enter(
    planner: PlannerCore,
    action: Action,
    given: Mapping[str, object],
    find: Callable[[str], Coroutine[Any, Any, str]] | None = None,
) -> None:
    tenant = planner._tenant(cast("str | None", given.get("tenant")))
    plan_of: PlanOf | None = None if find is None else (lambda: find(tenant))
    await planner._access.door.enter(tenant, action, plan_of=plan_of)
