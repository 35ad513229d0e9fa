"""A tenant's handle: the sync twins of the verbs about plans, beside all the others."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, overload

from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead
from nexusplanner.domain.audit_chain import AuditReport
from nexusplanner.domain.comparison import Comparison
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.step import StepPage
from nexusplanner.observability.events import Event
from nexusplanner.planner.ablation import Ablation
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.core import Brief
from nexusplanner.planner.costs import CostGroup, Costs
from nexusplanner.planner.quote import Quote
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.tenants.learning import TenantLearning
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import PAGE, PlanQuery
from nexusplanner.ports.runs import RunRow, RunStatus
from nexusplanner.settings import Limits


class TenantPlanner(TenantLearning):
    """A planner for one tenant: each verb of :class:`Planner` without its ``tenant``, and those about people and data.

    Get one with :meth:`Planner.tenant`. It holds nothing open, and is done when its planner is closed.
    """

    def plan(self, brief: Brief, *, limits: Limits | None = None, seed: int | None = None) -> PlanResult:
        """Plan a campaign; the sync twin of :meth:`aplan`."""
        return run_in_background(self.aplan(brief, limits=limits, seed=seed))

    def stream(self, brief: Brief, *, limits: Limits | None = None, seed: int | None = None) -> Iterator[Event]:
        """Plan a campaign and tell what happens; the sync twin of :meth:`astream`."""
        events = self.astream(brief, limits=limits, seed=seed)
        while (event := run_in_background(_next(events))) is not None:
            yield event

    def batch(
        self,
        briefs: Sequence[Brief],
        *,
        limits: Limits | None = None,
        seed: int | None = None,
        max_concurrency: int = 8,
    ) -> builtins.list[PlanResult]:
        """Plan many campaigns; the sync twin of :meth:`abatch`."""
        return run_in_background(self.abatch(briefs, limits=limits, seed=seed, max_concurrency=max_concurrency))

    def resume(
        self, run_id: str, answers: Mapping[str, Decision] | None = None, *, limits: Limits | None = None
    ) -> PlanResult:
        """Let a run go on; the sync twin of :meth:`aresume`."""
        return run_in_background(self.aresume(run_id, answers, limits=limits))

    def runs(self, *, statuses: Sequence[RunStatus] = (), limit: int = 50) -> tuple[RunRow, ...]:
        """Return runs, the newest first; the sync twin of :meth:`aruns`."""
        return run_in_background(self.aruns(statuses=statuses, limit=limit))

    def cancel(self, run_id: str) -> RunRow:
        """Cancel a run; the sync twin of :meth:`acancel`."""
        return run_in_background(self.acancel(run_id))

    def estimate(self, brief: Brief) -> Quote:
        """Quote a run; the sync twin of :meth:`aestimate`."""
        return run_in_background(self.aestimate(brief))

    def refine(
        self, plan_id: str | CampaignPlan, feedback: str, *, limits: Limits | None = None, seed: int | None = None
    ) -> PlanResult:
        """Make the next version of a plan; the sync twin of :meth:`arefine`."""
        return run_in_background(self.arefine(plan_id, feedback, limits=limits, seed=seed))

    def show(self, plan_id: str, *, version: int | None = None) -> CampaignPlan:
        """Return a kept plan; the sync twin of :meth:`ashow`."""
        return run_in_background(self.ashow(plan_id, version=version))

    def versions(self, plan_id: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan; the sync twin of :meth:`aversions`."""
        return run_in_background(self.aversions(plan_id))

    def compare(self, plan_id: str, other: str | int | None = None) -> Comparison:
        """List everything in which a plan differs from another version; the sync twin of :meth:`acompare`."""
        return run_in_background(self.acompare(plan_id, other))

    def restore(self, plan_id: str, version: int) -> CampaignPlan:
        """Make an earlier version the newest one; the sync twin of :meth:`arestore`."""
        return run_in_background(self.arestore(plan_id, version))

    def ablate(
        self,
        brief: Brief,
        *,
        protocols: Sequence[str | DecisionProtocol] = ("single", "vote", "debate"),
        seeds: Sequence[int] = (0, 1, 2),
        equal_spend: bool = False,
        limits: Limits | None = None,
    ) -> Ablation:
        """Compare protocols on a brief; the sync twin of :meth:`aablate`."""
        return run_in_background(
            self.aablate(brief, protocols=protocols, seeds=seeds, equal_spend=equal_spend, limits=limits)
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
    ) -> Page[CampaignPlan] | Page[PlanSummary]:
        """Return a page of the kept plans; the sync twin of :meth:`alist`."""
        asked = PlanQuery(limit=limit, after=after, since=since, until=until, status=status, search=search)
        return run_in_background(self._listed(asked, fields))

    def costs(self, *, by: CostGroup = "day", since: date | None = None) -> Costs:
        """Tell what models and tools cost; the sync twin of :meth:`acosts`."""
        return run_in_background(self.acosts(by=by, since=since))

    def audit(
        self,
        *,
        after: int | None = None,
        limit: int = 100,
        action: AuditAction | None = None,
        subject: str | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return entries of the audit log; the sync twin of :meth:`aaudit`."""
        return run_in_background(self.aaudit(after=after, limit=limit, action=action, subject=subject))

    def verify_audit(self, head: AuditHead | str | None = None) -> AuditReport:
        """Check the whole audit log; the sync twin of :meth:`averify_audit`."""
        return run_in_background(self.averify_audit(head))

    def export_audit(self, path: str | Path) -> AuditHead:
        """Write the whole audit log to a file that proves itself; the sync twin of :meth:`aexport_audit`."""
        return run_in_background(self.aexport_audit(path))

    def decisions(
        self,
        *,
        run: str | None = None,
        agent: str | None = None,
        model: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str = "",
        size: int = 100,
    ) -> StepPage:
        """Return a page of what agents decided; the sync twin of :meth:`adecisions`."""
        return run_in_background(
            self.adecisions(run=run, agent=agent, model=model, since=since, until=until, after=after, size=size)
        )


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)
