"""The verbs about plans, bound to a tenant and to whoever acts."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.domain.access import user_name
from nexusplanner.domain.audit import AuditAction, AuditEntry, AuditHead
from nexusplanner.domain.audit_chain import AuditReport
from nexusplanner.domain.comparison import Comparison
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.step import StepPage
from nexusplanner.errors import PermissionDenied
from nexusplanner.observability.events import Event
from nexusplanner.planner.ablation import Ablation
from nexusplanner.planner.core import Brief
from nexusplanner.planner.costs import CostGroup, Costs
from nexusplanner.planner.quote import Quote
from nexusplanner.planner.result import PlanResult
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import PAGE, PlanQuery
from nexusplanner.settings import Limits
from nexusplanner.tenancy import acting_as

if TYPE_CHECKING:
    from nexusplanner.planner.facade import Planner


class BoundPlanner:
    """A planner's async verbs for one tenant.

    Args:
        planner: The planner.
        tenant: Whose plans these are.
        user: Who acts; None is the app itself.

    Raises:
        TenantError: The tenant's or the user's name is not valid, or the tenant's looks like another's.
    """

    def __init__(self, planner: Planner, tenant: str, *, user: str | None = None) -> None:
        self._planner = planner
        self._name = planner._access.door.check(tenant)
        self._user = None if user is None else user_name(user)

    @property
    def name(self) -> str:
        """The tenant's name."""
        return self._name

    @property
    def user(self) -> str | None:
        """Who acts; None is the app itself."""
        return self._user

    async def aplan(self, brief: Brief, *, limits: Limits | None = None, seed: int | None = None) -> PlanResult:
        """Plan a campaign; see :meth:`Planner.aplan`."""
        with acting_as(self._user):
            return await self._planner.aplan(brief, tenant=self._name, limits=limits, seed=seed)

    async def astream(
        self, brief: Brief, *, limits: Limits | None = None, seed: int | None = None
    ) -> AsyncIterator[Event]:
        """Plan a campaign and tell what happens; see :meth:`Planner.astream`."""
        with acting_as(self._user):
            events = self._planner.astream(brief, tenant=self._name, limits=limits, seed=seed)
        async for event in events:
            yield event

    async def abatch(
        self,
        briefs: Sequence[Brief],
        *,
        limits: Limits | None = None,
        seed: int | None = None,
        max_concurrency: int = 8,
    ) -> builtins.list[PlanResult]:
        """Plan many campaigns; see :meth:`Planner.abatch`."""
        with acting_as(self._user):
            return await self._planner.abatch(
                briefs, tenant=self._name, limits=limits, seed=seed, max_concurrency=max_concurrency
            )

    async def aresume(
        self, run_id: str, answers: Mapping[str, Decision], *, limits: Limits | None = None
    ) -> PlanResult:
        """Let a run go on; see :meth:`Planner.aresume`. Whoever acts is who decides, and cannot decide as another.

        Raises:
            PermissionDenied: A decision says that somebody else made it.
        """
        signed = {key: self._signed(decision) for key, decision in answers.items()}
        with acting_as(self._user):
            return await self._planner.aresume(run_id, signed, tenant=self._name, limits=limits)

    async def aestimate(self, brief: Brief) -> Quote:
        """Quote a run; see :meth:`Planner.aestimate`."""
        with acting_as(self._user):
            return await self._planner.aestimate(brief, tenant=self._name)

    async def arefine(
        self, plan_id: str | CampaignPlan, feedback: str, *, limits: Limits | None = None, seed: int | None = None
    ) -> PlanResult:
        """Make the next version of a plan; see :meth:`Planner.arefine`."""
        with acting_as(self._user):
            return await self._planner.arefine(plan_id, feedback, tenant=self._name, limits=limits, seed=seed)

    async def ashow(self, plan_id: str, *, version: int | None = None) -> CampaignPlan:
        """Return a kept plan; see :meth:`Planner.ashow`."""
        with acting_as(self._user):
            return await self._planner.ashow(plan_id, version=version, tenant=self._name)

    async def aversions(self, plan_id: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan; see :meth:`Planner.aversions`."""
        with acting_as(self._user):
            return await self._planner.aversions(plan_id, tenant=self._name)

    async def acompare(self, plan_id: str, other: str | int | None = None) -> Comparison:
        """List everything in which a plan differs from another version; see :meth:`Planner.acompare`."""
        with acting_as(self._user):
            return await self._planner.acompare(plan_id, other, tenant=self._name)

    async def arestore(self, plan_id: str, version: int) -> CampaignPlan:
        """Make an earlier version the newest one; see :meth:`Planner.arestore`."""
        with acting_as(self._user):
            return await self._planner.arestore(plan_id, version, tenant=self._name)

    async def aablate(
        self,
        brief: Brief,
        *,
        protocols: Sequence[str | DecisionProtocol] = ("single", "vote", "debate"),
        seeds: Sequence[int] = (0, 1, 2),
        equal_spend: bool = False,
        limits: Limits | None = None,
    ) -> Ablation:
        """Compare protocols on a brief; see :meth:`Planner.aablate`."""
        with acting_as(self._user):
            return await self._planner.aablate(
                brief, protocols=protocols, seeds=seeds, equal_spend=equal_spend, tenant=self._name, limits=limits
            )

    @overload
    async def alist(
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
    async def alist(
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
    async def alist(
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
        """Return a page of the kept plans; see :meth:`Planner.alist`."""
        asked = PlanQuery(limit=limit, after=after, since=since, until=until, status=status, search=search)
        return await self._listed(asked, fields)

    async def _listed(
        self, query: PlanQuery, fields: Literal["plan", "summary"]
    ) -> Page[CampaignPlan] | Page[PlanSummary]:
        with acting_as(self._user):
            return await self._planner._listed(query, fields, tenant=self._name)

    async def acosts(self, *, by: CostGroup = "day", since: date | None = None) -> Costs:
        """Tell what models and tools cost; see :meth:`Planner.acosts`."""
        with acting_as(self._user):
            return await self._planner.acosts(by=by, since=since, tenant=self._name)

    async def aaudit(
        self,
        *,
        after: int | None = None,
        limit: int = 100,
        action: AuditAction | None = None,
        subject: str | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return entries of the audit log; see :meth:`Planner.aaudit`."""
        with acting_as(self._user):
            return await self._planner.aaudit(
                after=after, limit=limit, action=action, subject=subject, tenant=self._name
            )

    async def averify_audit(self, head: AuditHead | str | None = None) -> AuditReport:
        """Check the whole audit log; see :meth:`Planner.averify_audit`."""
        with acting_as(self._user):
            return await self._planner.averify_audit(head, tenant=self._name)

    async def aexport_audit(self, path: str | Path) -> AuditHead:
        """Write the whole audit log to a file that proves itself; see :meth:`Planner.aexport_audit`."""
        with acting_as(self._user):
            return await self._planner.aexport_audit(path, tenant=self._name)

    async def adecisions(
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
        """Return a page of what agents decided; see :meth:`Planner.adecisions`."""
        with acting_as(self._user):
            return await self._planner.adecisions(
                run=run, agent=agent, model=model, since=since, until=until, after=after, size=size, tenant=self._name
            )

    def export_decisions(self, file: str | Path, *, run: str | None = None) -> int:
        """Write the decision log as JSON lines; see :meth:`Planner.export_decisions`."""
        with acting_as(self._user):
            return self._planner.export_decisions(file, run=run, tenant=self._name)

    def result(self, run_id: str) -> PlanResult:
        """Return the result of a run that was streamed; see :meth:`Planner.result`."""
        return self._planner.result(run_id, tenant=self._name)

    def _signed(self, decision: Decision) -> Decision:
        if self._user is None:
            return decision
        if decision.by not in ("", self._user):
            raise PermissionDenied(
                f"{self._user!r} may not decide as {decision.by!r}.", fix="Leave 'by' out.", action="approve"
            )
        return decision.model_copy(update={"by": self._user})

    def __repr__(self) -> str:
        who = f" as {self._user!r}" if self._user is not None else ""
        return f"<{type(self).__name__} {self._name!r}{who}>"
