"""The planner's core: every verb, async, over one graph."""

from __future__ import annotations

import asyncio
import builtins
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, cast

from nexusplanner.agents.memo import Memo
from nexusplanner.agents.protocols import DecisionProtocol, protocol_named
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import ConfigurationError, TenantError
from nexusplanner.graph.context import RunContext
from nexusplanner.graph.fees import fee_of
from nexusplanner.graph.foreign_tools import ToolFunction
from nexusplanner.graph.plan_graph import PlanGraph, plan_graph
from nexusplanner.graph.state import PlanState
from nexusplanner.llm.deadline import Deadline
from nexusplanner.llm.metering import Metering
from nexusplanner.llm.reworded import Reworded
from nexusplanner.llm.tape import Tapes
from nexusplanner.llm.treasury import utc_now
from nexusplanner.observability.alerts import OnAlert
from nexusplanner.observability.events import Event
from nexusplanner.observability.several import NOBODY
from nexusplanner.observability.timekeeper import Timekeeper
from nexusplanner.persistence import memory_checkpoints
from nexusplanner.planner.ablation import Ablation, ablation, dearest_first
from nexusplanner.planner.access import wire_access
from nexusplanner.planner.admission import admitted
from nexusplanner.planner.chronicle import chronicled
from nexusplanner.planner.costs import CostGroup, Costs, costs_by
from nexusplanner.planner.entering import acts, streams
from nexusplanner.planner.quote import Quote, quote
from nexusplanner.planner.records import unrecorded
from nexusplanner.planner.resting import is_durable, wire_checkpoints
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.run_log import RunLog
from nexusplanner.planner.runs import Run
from nexusplanner.planner.secret_values import opened
from nexusplanner.planner.setup import setup_of
from nexusplanner.planner.trial import Trial, tried
from nexusplanner.planner.wiring import (
    Given,
    model_names,
    quoted_prices,
    rules_model,
    wire,
    wire_database,
    wire_prompts,
    wire_runs,
)
from nexusplanner.ports import CRM, History, Memory, Policy, Signals, ToolNode
from nexusplanner.ports.observer import Observer, Work
from nexusplanner.ports.secrets import Secrets
from nexusplanner.settings import Limits, Settings
from nexusplanner.tenancy import acting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.tools import BaseTool
    from langgraph.checkpoint.base import BaseCheckpointSaver

Brief = CampaignBrief | Mapping[str, object] | str | Path
_KEPT_RESULTS = 64


class PlannerCore:
    """Plans campaigns from briefs and data, on the caller's own event loop.

    Args:
        crm: Customers: a ``CRM`` or a spec such as ``"csv:transactions.csv,customers.csv"``.
        history: Channel history: a ``History`` or a spec such as ``"csv:history.csv"``.
        signals: Sources of market signals, or specs such as ``"rss:feed.xml"``.
        memory: What is remembered: a ``Memory`` or a spec such as ``"folder:handbook"``.
        models: Models in order of preference; the rules are always behind them.
        tools: Further tool nodes: ours, LangChain tools, async functions, or names.
        settings: Settings; by default those of the environment and ``nexusplanner.toml``.
        workspace: Folder for plans and waiting runs; by default they stay in memory.
        base: Folder that relative specs start from.
        clock: Gives the planning day; by default today in UTC.
        protocol: How drafts and critics lead to a choice: ``debate``, ``vote``, ``single``, the name of an installed
            one, or one of your own; by default that of the settings.
        on_alert: Called when half, four fifths or all of a ceiling is spent, once for each period.
        policy: Who may do what for a tenant; by default what was granted (:meth:`~nexusplanner.planner.TenantPlanner.
            grant`), and everything as long as nothing was.
        now: Tells the time that money, questions and decisions are dated by; by default the clock.
        observers: Who looks on: spans, metrics, reports of errors, or one of your own.
        secrets: Where ``secret:app:…`` in the settings is looked up.

    Raises:
        ConfigurationError: A spec, model or tool cannot be resolved.
    """

    def __init__(
        self,
        *,
        crm: CRM | str | None = None,
        history: History | str | None = None,
        signals: Sequence[Signals | str] = (),
        memory: Memory | str | None = None,
        models: Sequence[str | BaseChatModel] | None = None,
        tools: Sequence[ToolNode | BaseTool | ToolFunction | str] = (),
        settings: Settings | None = None,
        workspace: str | Path | None = None,
        base: str | Path = ".",
        clock: Callable[[], date] | None = None,
        protocol: str | DecisionProtocol | type[DecisionProtocol] | None = None,
        on_alert: OnAlert | None = None,
        policy: Policy | None = None,
        now: Callable[[], datetime] = utc_now,
        observers: Sequence[Observer] = (),
        secrets: Secrets | None = None,
    ) -> None:
        self.settings = opened(settings or Settings.load(), secrets)
        folder = Path(workspace) if workspace else self.settings.workspace
        chosen = self.settings.plan
        self._given = Given(
            crm=crm if crm is not None else chosen.crm,
            history=history if history is not None else chosen.history,
            signals=signals or chosen.signals,
            memory=memory if memory is not None else chosen.memory,
            models=models,
            tools=tools,
            base=Path(base),
            workspace=folder,
            on_alert=on_alert,
            protocol=protocol,
            now=now,
            observers=observers,
        )
        database = wire_database(self._given, self.settings)
        self._parts = wire(self._given, self.settings, clock or _today, database=database)
        self._access = wire_access(database, policy)
        self._results: OrderedDict[tuple[str, str], PlanResult] = OrderedDict()

    @cached_property
    def _saver(self) -> BaseCheckpointSaver[str]:
        return wire_checkpoints(self._given.workspace, self.settings.storage)

    @cached_property
    def graph(self) -> PlanGraph:
        """The compiled LangGraph state machine, with its checkpoints."""
        return plan_graph(self._parts, checkpointer=self._saver)

    @cached_property
    def _graph_without_waits(self) -> PlanGraph:
        """The graph of runs that wait for nobody and end with their process: nothing of them rests anywhere."""
        return plan_graph(self._parts)

    def server_graph(self) -> PlanGraph:
        """Compile the graph without checkpoints, for a server that brings its own."""
        return plan_graph(self._parts)

    @acts("plan")
    async def aplan(
        self, brief: Brief, *, tenant: str | None = None, limits: Limits | None = None, seed: int | None = None
    ) -> PlanResult:
        """Plan a campaign.

        Args:
            brief: A brief, the path of one, or plain data.
            tenant: Whose plan it is.
            limits: Ceilings of this run; by default those of the settings.
            seed: Makes the run repeatable; by default that of the settings.

        Returns:
            The plan; or the questions that the brief leaves open (``status == "refused"``); or a
            plan that waits for approval.

        Raises:
            InputError: The brief or the data are wrong.
            InfeasibleBudget: The bounds on the money cannot all hold.
        """
        given = self._start(brief, tenant, seed)
        async with self._begun(given, limits) as run:
            await run.walk(given)
        return self._keep(run)

    @streams("plan")
    async def astream(
        self, brief: Brief, *, tenant: str | None = None, limits: Limits | None = None, seed: int | None = None
    ) -> AsyncIterator[Event]:
        """Plan a campaign and tell what happens; the result is ``result(run_id)`` of the last event."""
        given = self._start(brief, tenant, seed)
        async with self._begun(given, limits) as run:
            async for event in run.stream(given):
                if run.result is not None:
                    self._keep(run)
                yield event

    @acts("plan")
    async def abatch(
        self,
        briefs: Sequence[Brief],
        *,
        tenant: str | None = None,
        limits: Limits | None = None,
        seed: int | None = None,
        max_concurrency: int = 8,
    ) -> builtins.list[PlanResult]:
        """Plan many campaigns, several at once; results in the order of the briefs."""
        gate = asyncio.Semaphore(max_concurrency)

        async def one(brief: Brief) -> PlanResult:
            turn = self._parts.observer.begin(Work("wait", "batch", self._tenant(tenant)))
            async with gate:
                turn.end()
                return await self.aplan(brief, tenant=tenant, limits=limits, seed=seed)

        return await asyncio.gather(*(one(brief) for brief in briefs))

    @acts("estimate")
    async def aestimate(self, brief: Brief, *, tenant: str | None = None) -> Quote:
        """Quote calls, tokens and dollars of a run, without spending anything.

        The run is walked on the rules rung, which is free, and each request is priced as it would
        have been sent. A tool that charges a fee is not asked, and its fee is added.
        """
        first = next(iter(model_names(self._given.models, self.settings)), None)
        metering = Metering(rules_model(), first or "")
        fees = {name: fee_of(tool) for name, tool in self._parts.tools.items()}
        free = {name: tool for name, tool in self._parts.tools.items() if not fees[name]}
        asked = Reworded(metering, wire_prompts(self.settings))
        parts = replace(unrecorded(self._parts), model=asked, judge=None, tools=free, observer=NOBODY)
        dry = self._dry(tenant, None, plan_graph(parts, checkpointer=memory_checkpoints()))
        await dry.walk(self._start(brief, tenant, None))
        prices = quoted_prices(first or "", self.settings)
        return quote(first, metering.seen, prices, fees=sum(fees.values(), Decimal(0)))

    @acts("plan")
    async def aablate(
        self,
        brief: Brief,
        *,
        protocols: Sequence[str | DecisionProtocol] = ("single", "vote", "debate"),
        seeds: Sequence[int] = (0, 1, 2),
        equal_spend: bool = False,
        tenant: str | None = None,
        limits: Limits | None = None,
    ) -> Ablation:
        """Plan a brief by several protocols and hold the plans against what code measures. No plan is kept.

        Args:
            brief: A brief, the path of one, or plain data.
            protocols: What to compare, by name or your own.
            seeds: Each protocol is tried with each.
            equal_spend: Whether the others get as many answers as the one that debates took: more drafts, more critics.
            tenant: Who pays.
            limits: Ceilings of each run.

        Raises:
            BriefIncomplete: The brief leaves questions open.
        """
        bounds = limits or self.settings.limits
        read = CampaignBrief.parse(brief) if isinstance(brief, Mapping) else brief
        read = read if isinstance(read, CampaignBrief) else CampaignBrief.load(read)
        brief = read.model_copy(update={"approvers": ()})

        async def attempt(protocol: DecisionProtocol, seed: int, most: int | None) -> Trial:
            parts = replace(unrecorded(self._parts), protocol=protocol)
            given = self._start(brief, tenant, seed)
            capped = bounds if most is None else bounds.model_copy(update={"max_calls": most})
            return await tried(parts, self._run(tenant, capped, graph=plan_graph(parts)), given)

        named = dearest_first([protocol_named(p) for p in protocols])
        free = {name: tool for name, tool in self._parts.tools.items() if not fee_of(tool)}
        warm = replace(unrecorded(self._parts), model=rules_model(), judge=None, tools=free, observer=NOBODY)
        # Curves are fitted once a process: whoever came first would seem the slowest.
        await self._dry(tenant, bounds, plan_graph(warm)).walk(self._start(brief, tenant, None))
        return await ablation(attempt, named, tuple(seeds), equal_spend=equal_spend)

    async def acosts(self, *, by: CostGroup = "day", since: date | None = None, tenant: str | None = None) -> Costs:
        """Tell what models and tools cost, from the books of the workspace (else of this planner).

        Args:
            by: What each line sums up.
            since: From this day on, in UTC.
            tenant: Of this tenant alone; by default of all: the bill is the operator's.
        """
        of: str | None = self._tenant(tenant)
        if tenant is None and acting() is None:
            of = None
        elif of is not None:
            await self._access.door.enter(of, "usage")
        await self._parts.purses.treasury.awritten()
        ledger = self._parts.purses.treasury.ledger
        return costs_by(by, await asyncio.to_thread(ledger.spend, tenant=of, since=since))

    def result(self, run_id: str, *, tenant: str | None = None) -> PlanResult:
        """Return the result of a run of this planner that was streamed."""
        found = self._results.get((self._tenant(tenant), run_id))
        if found is None:
            raise ConfigurationError(f"No result of run {run_id!r} is at hand.", fix="Stream it to its end first.")
        return found

    def _run(
        self, tenant: str | None, limits: Limits | None, *, run_id: str | None = None, graph: PlanGraph | None = None
    ) -> Run:
        bounds, owner = limits or self.settings.limits, self._tenant(tenant)
        run = run_id or f"run-{token_hex(8)}"  # a run is an event, not content
        purse = self._parts.purses.open(run, usd=bounds.usd, max_calls=bounds.max_calls, tenant=owner)
        purse.deadline = Deadline(bounds.run_timeout_s)
        context = RunContext(owner, str(bounds.usd), bounds.max_calls, purse=purse, memo=Memo(), keeper=Timekeeper())
        if self._parts.steps is not None:
            context.steps = self._parts.steps.notes(owner, run)
        return Run(graph or self.graph, run, context, steps=self._parts.steps, observer=self._parts.observer)

    def _dry(self, tenant: str | None, limits: Limits | None, graph: PlanGraph) -> Run:
        """Return a run that nobody looks on, and whose decisions are nobody's."""
        run = self._run(tenant, limits, graph=graph)
        run.context.steps = None
        return replace(run, observer=NOBODY)

    @asynccontextmanager
    async def _begun(self, given: PlanState, limits: Limits | None) -> AsyncIterator[Run]:
        """Begin a run when there is time for it; its row is written before anything of it happens."""
        rests = self._is_kept or _may_wait(given)
        async with admitted(given["tenant"]):
            run = self._run(given["tenant"], limits, graph=self.graph if rests else self._graph_without_waits)
            run.walk_of = await self._log.begin(run.run_id, given, limits or self.settings.limits)
            if self._is_kept:
                run.context.tapes = Tapes(run.purse)
            async with chronicled(run, self._parts.audit):
                yield run

    @property
    def _is_kept(self) -> bool:
        """Whether runs outlive the process."""
        return is_durable(self._given.workspace, self.settings.storage)

    @cached_property
    def _log(self) -> RunLog:
        models = model_names(self._given.models, self.settings)
        book, protocol = wire_prompts(self.settings), self._parts.protocol.name
        setup = setup_of(self.settings, book, models=models, protocol=protocol, tools=self._parts.tools)
        return RunLog(
            self._parts.runs or wire_runs(None),
            self._parts.purses.treasury,
            now=self._given.now,
            setup=lambda: setup,
            keep_days=self.settings.storage.keep_days,
        )

    def _start(self, brief: Brief, tenant: str | None, seed: int | None) -> PlanState:
        if isinstance(brief, str | Path):
            brief = CampaignBrief.load(brief)
        raw = (
            cast(JsonObject, dict(brief))
            if isinstance(brief, Mapping)
            else brief.model_dump(mode="json", exclude_none=True)
        )
        return {
            "brief": raw,
            "tenant": self._tenant(tenant),
            "seed": self.settings.seed if seed is None else seed,
            "today": self._parts.clock().isoformat(),
        }

    def _keep(self, run: Run) -> PlanResult:
        result, key = run.finished(), (run.context.tenant, run.run_id)
        if (before := self._results.get(key)) is not None:
            result = replace(result, timeline=before.timeline.followed_by(result.timeline))
        self._results[key] = result
        while len(self._results) > _KEPT_RESULTS:
            self._results.popitem(last=False)
        return result

    def _tenant(self, tenant: str | None) -> str:
        if tenant is None and self.settings.require_tenant:
            raise TenantError("No tenant was named.", fix="Name one: planner.tenant('acme'), or tenant='acme'.")
        return tenant_name(self.settings.tenant if tenant is None else tenant)


def _may_wait(given: PlanState) -> bool:
    """Tell whether a brief names approvers; it may be no brief yet."""
    brief = given["brief"] if "brief" in given else given["plan"]["brief"]
    return isinstance(brief, dict) and bool(brief.get("approvers"))


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251 - this is the outermost door
