"""The planner: the core's verbs, and their sync twins on one background loop."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, overload

from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead
from nexusplanner.domain.audit_chain import AuditReport
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.comparison import Comparison
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.lesson import Lesson, LessonStatus
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.outcome_report import OutcomeReport
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.remembered import Remembered
from nexusplanner.observability.events import Event
from nexusplanner.persistence import release
from nexusplanner.planner.ablation import Ablation
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.core import Brief
from nexusplanner.planner.costs import CostGroup, Costs
from nexusplanner.planner.decisions import DecisionVerbs
from nexusplanner.planner.learning import LearningCore, Rows
from nexusplanner.planner.quote import Quote
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.tenants import TenantPlanner
from nexusplanner.ports.extras import Closable
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import PAGE, PlanQuery
from nexusplanner.ports.runs import RunRow, RunStatus
from nexusplanner.settings import Limits


class Planner(LearningCore, DecisionVerbs):
    """Plans campaigns from briefs and data; each verb sync and, with an ``a`` before it, async.

    Works with no argument, no key and no network. Every part can be handed in, as a port, as a
    spec string, or through settings. Use it as a context manager, sync or async: closing lets
    go of the workspace. The sync verbs share one background loop and also work inside a notebook.

    See :class:`~nexusplanner.planner.core.PlannerCore` for the arguments.
    """

    def plan(
        self, brief: Brief, *, tenant: str | None = None, limits: Limits | None = None, seed: int | None = None
    ) -> PlanResult:
        """Plan a campaign; the sync twin of :meth:`aplan`."""
        return run_in_background(self.aplan(brief, tenant=tenant, limits=limits, seed=seed))

    def stream(
        self, brief: Brief, *, tenant: str | None = None, limits: Limits | None = None, seed: int | None = None
    ) -> Iterator[Event]:
        """Plan a campaign and tell what happens; the sync twin of :meth:`astream`."""
        events = self.astream(brief, tenant=tenant, limits=limits, seed=seed)
        while True:
            event = run_in_background(_next(events))
            if event is None:
                return
            yield event

    def batch(
        self,
        briefs: Sequence[Brief],
        *,
        tenant: str | None = None,
        limits: Limits | None = None,
        seed: int | None = None,
        max_concurrency: int = 8,
    ) -> builtins.list[PlanResult]:
        """Plan many campaigns; the sync twin of :meth:`abatch`."""
        return run_in_background(
            self.abatch(briefs, tenant=tenant, limits=limits, seed=seed, max_concurrency=max_concurrency)
        )

    def resume(
        self,
        run_id: str,
        answers: Mapping[str, Decision] | None = None,
        *,
        tenant: str | None = None,
        limits: Limits | None = None,
    ) -> PlanResult:
        """Let a run go on, after a crash or with decisions; the sync twin of :meth:`aresume`."""
        return run_in_background(self.aresume(run_id, answers, tenant=tenant, limits=limits))

    def runs(
        self, *, statuses: Sequence[RunStatus] = (), limit: int = 50, tenant: str | None = None
    ) -> tuple[RunRow, ...]:
        """Return runs, the newest first; the sync twin of :meth:`aruns`."""
        return run_in_background(self.aruns(statuses=statuses, limit=limit, tenant=tenant))

    def cancel(self, run_id: str, *, tenant: str | None = None) -> RunRow:
        """Cancel a run; the sync twin of :meth:`acancel`."""
        return run_in_background(self.acancel(run_id, tenant=tenant))

    def estimate(self, brief: Brief, *, tenant: str | None = None) -> Quote:
        """Quote a run; the sync twin of :meth:`aestimate`."""
        return run_in_background(self.aestimate(brief, tenant=tenant))

    def refine(
        self,
        plan_id: str | CampaignPlan,
        feedback: str,
        *,
        tenant: str | None = None,
        limits: Limits | None = None,
        seed: int | None = None,
    ) -> PlanResult:
        """Make the next version of a plan; the sync twin of :meth:`arefine`."""
        return run_in_background(self.arefine(plan_id, feedback, tenant=tenant, limits=limits, seed=seed))

    def show(self, plan_id: str, *, version: int | None = None, tenant: str | None = None) -> CampaignPlan:
        """Return a kept plan, or another version of it; the sync twin of :meth:`ashow`."""
        return run_in_background(self.ashow(plan_id, version=version, tenant=tenant))

    def versions(self, plan_id: str, *, tenant: str | None = None) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan; the sync twin of :meth:`aversions`."""
        return run_in_background(self.aversions(plan_id, tenant=tenant))

    def compare(self, plan_id: str, other: str | int | None = None, *, tenant: str | None = None) -> Comparison:
        """List everything in which a plan differs from another version; the sync twin of :meth:`acompare`."""
        return run_in_background(self.acompare(plan_id, other, tenant=tenant))

    def restore(self, plan_id: str, version: int, *, tenant: str | None = None) -> CampaignPlan:
        """Make an earlier version the newest one; the sync twin of :meth:`arestore`."""
        return run_in_background(self.arestore(plan_id, version, tenant=tenant))

    def record_outcome(self, plan_id: str | CampaignPlan, outcome: Rows, *, tenant: str | None = None) -> OutcomeReport:
        """Report what a plan's campaign brought, and learn from it; the sync twin of :meth:`arecord_outcome`."""
        return run_in_background(self.arecord_outcome(plan_id, outcome, tenant=tenant))

    def outcomes(self, *, tenant: str | None = None) -> tuple[Outcome, ...]:
        """Return what was reported; the sync twin of :meth:`aoutcomes`."""
        return run_in_background(self.aoutcomes(tenant=tenant))

    def lessons(self, *, status: LessonStatus | None = None, tenant: str | None = None) -> tuple[Lesson, ...]:
        """Return what outcomes taught; the sync twin of :meth:`alessons`."""
        return run_in_background(self.alessons(status=status, tenant=tenant))

    def withdraw_lesson(self, lesson_id: str, *, tenant: str | None = None) -> Lesson:
        """Take a lesson out of use; the sync twin of :meth:`awithdraw_lesson`."""
        return run_in_background(self.awithdraw_lesson(lesson_id, tenant=tenant))

    def recall(self, about: str | CampaignBrief, *, k: int = 8, tenant: str | None = None) -> tuple[Remembered, ...]:
        """Return what earlier runs left that matters most; the sync twin of :meth:`arecall`."""
        return run_in_background(self.arecall(about, k=k, tenant=tenant))

    def ablate(
        self,
        brief: Brief,
        *,
        protocols: Sequence[str | DecisionProtocol] = ("single", "vote", "debate"),
        seeds: Sequence[int] = (0, 1, 2),
        equal_spend: bool = False,
        tenant: str | None = None,
        limits: Limits | None = None,
    ) -> Ablation:
        """Compare protocols on a brief; the sync twin of :meth:`aablate`."""
        return run_in_background(
            self.aablate(brief, protocols=protocols, seeds=seeds, equal_spend=equal_spend, tenant=tenant, limits=limits)
        )

    @overload
    def list(
        self,
        *,
        limit: int = PAGE,
        after: str | None = None,
        since: date | None = None,
        until: date | None = None,
        status: PlanStatus | None = None,
        search: str | None = None,
        fields: Literal["plan"] = "plan",
        tenant: str | None = None,
    ) -> Page[CampaignPlan]: ...
    @overload
    def list(
        self,
        *,
        limit: int = PAGE,
        after: str | None = None,
        since: date | None = None,
        until: date | None = None,
        status: PlanStatus | None = None,
        search: str | None = None,
        fields: Literal["summary"],
        tenant: str | None = None,
    ) -> Page[PlanSummary]: ...
    def list(
        self,
        *,
        limit: int = PAGE,
        after: str | None = None,
        since: date | None = None,
        until: date | None = None,
        status: PlanStatus | None = None,
        search: str | None = None,
        fields: Literal["plan", "summary"] = "plan",
        tenant: str | None = None,
    ) -> Page[CampaignPlan] | Page[PlanSummary]:
        """Return a page of the kept plans; the sync twin of :meth:`alist`."""
        asked = PlanQuery(limit=limit, after=after, since=since, until=until, status=status, search=search)
        return run_in_background(self._listed(asked, fields, tenant=tenant))

    def costs(self, *, by: CostGroup = "day", since: date | None = None, tenant: str | None = None) -> Costs:
        """Tell what models and tools cost; the sync twin of :meth:`acosts`."""
        return run_in_background(self.acosts(by=by, since=since, tenant=tenant))

    def audit(
        self,
        *,
        after: int | None = None,
        limit: int = 100,
        action: AuditAction | None = None,
        subject: str | None = None,
        tenant: str | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return entries of the audit log; the sync twin of :meth:`aaudit`."""
        return run_in_background(self.aaudit(after=after, limit=limit, action=action, subject=subject, tenant=tenant))

    def verify_audit(self, head: AuditHead | str | None = None, *, tenant: str | None = None) -> AuditReport:
        """Check the whole audit log; the sync twin of :meth:`averify_audit`."""
        return run_in_background(self.averify_audit(head, tenant=tenant))

    def export_audit(self, path: str | Path, *, tenant: str | None = None) -> AuditHead:
        """Write the whole audit log to a file that proves itself; the sync twin of :meth:`aexport_audit`."""
        return run_in_background(self.aexport_audit(path, tenant=tenant))

    def tenant(self, name: str, *, user: str | None = None) -> TenantPlanner:
        """Return a handle that is bound to a tenant: none of its methods takes one.

        Args:
            name: The tenant's name, exactly as it was first written.
            user: Who acts, as your app calls them; by default your app itself, which may do everything as long as no
                role was granted for the tenant, and nothing afterwards.

        Raises:
            TenantError: A name is not valid, or the tenant's looks like that of another one.
        """
        return TenantPlanner(self, name, user=user)

    def close(self) -> None:
        """Let go of the workspace; plans and waiting runs stay in it."""
        if "_saver" in self.__dict__:  # never opened, never made
            release(self._saver)
        if "_log" in self.__dict__:
            self._log.close()
        for part in self._parts.held_open:
            part.close()
        for tool in self._parts.tools.values():
            if isinstance(tool, Closable):
                tool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        tools = ", ".join(self._parts.tools) or "no tools"
        return f"<Planner {self._parts.model.name}; {tools}>"


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)
