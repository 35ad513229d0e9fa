"""Refining: the verbs that are about versions of a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from nexusplanner.agents.assembly import finished
from nexusplanner.agents.refinement.statements import MOST
from nexusplanner.domain.change import Refinement
from nexusplanner.domain.comparison import Comparison, compare
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import ApprovalError, InputError, TenantError
from nexusplanner.graph.nodes.save import saved
from nexusplanner.graph.state import PlanState, dump
from nexusplanner.planner.entering import acts_on_plan
from nexusplanner.planner.result import PlanResult
from nexusplanner.planner.resuming import ResumingCore
from nexusplanner.settings import Limits


class RefiningCore(ResumingCore):
    """Plans campaigns, and makes further versions of plans."""

    @acts_on_plan("refine")
    async def arefine(
        self,
        plan_id: str | CampaignPlan,
        feedback: str,
        *,
        tenant: str | None = None,
        limits: Limits | None = None,
        seed: int | None = None,
    ) -> PlanResult:
        """Make the next version of a plan from feedback in plain English.

        Understood are money, channels, dates, segments, tone, and phrases to say or never to say. What is
        asked is changed, and what follows from it; the rest stays. Each thing that cannot be done is refused
        by itself, with the reason; where nothing can be done, there is no new version.

        Args:
            plan_id: The plan, by its id; one that was handed in is kept, too.
            feedback: What should be otherwise.
            tenant: Whose plan it is.
            limits: Ceilings of this run; by default those of the settings.
            seed: Tells and draws anew; by default as the plan was told and drawn.

        Returns:
            The new version with ``changes``, ``refused`` and ``difference``; a plan with approvers waits for
            one of them again. ``status == "refused"``: nothing was changed, and ``plan`` is the old one.

        Raises:
            InputError: There is no such plan, it was changed by hand, or the feedback is empty or endless.
        """
        if not feedback.strip() or len(feedback) > MOST:
            problem = "it says nothing" if not feedback.strip() else f"{len(feedback):,} characters"
            raise InputError(problem, field="feedback", fix=f"Say in at most {MOST:,} characters what should change.")
        plan = await self._handed_in(plan_id, tenant)
        versions = await self._parts.plans.versions(plan.id, tenant=self._tenant(tenant))
        given: PlanState = {
            "plan": dump(plan),
            "feedback": feedback,
            "origin": versions[0].brief.model_dump(mode="json", exclude_none=True),
            "number": versions[-1].version + 1,
            "tenant": self._tenant(tenant),
            "seed": plan.seed if seed is None else seed,
            "today": self._parts.clock().isoformat(),
        }
        async with self._begun(given, limits) as run:
            await run.walk(given)
        result = run.finished()
        difference = compare(plan, result.plan) if result.plan else None
        run.result = replace(result, difference=difference)
        return self._keep(run)

    @acts_on_plan("view")
    async def ashow(self, plan_id: str, *, version: int | None = None, tenant: str | None = None) -> CampaignPlan:
        """Return a kept plan.

        Args:
            plan_id: Any version of it.
            version: Which version is meant; by default the one that the id names.
            tenant: Whose plan it is.

        Raises:
            InputError: There is no such plan or version.
        """
        if version is None:
            return await self._parts.plans.get(plan_id, tenant=self._tenant(tenant))
        found = await self.aversions(plan_id, tenant=tenant)
        named = [plan for plan in found if plan.version == version]
        if len(named) == 1:
            return named[0]
        numbers = ", ".join(str(plan.version) for plan in found)
        fix = f"By id: {', '.join(p.id for p in named)}." if named else f"There are: {numbers}."
        problem = "two versions have this number" if named else "there is no such version"
        raise InputError(problem, field="version", value=version, fix=fix)

    @acts_on_plan("view")
    async def aversions(self, plan_id: str, *, tenant: str | None = None) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan, the first one first, whichever of them is named."""
        return await self._parts.plans.versions(plan_id, tenant=self._tenant(tenant))

    @acts_on_plan("view")
    async def acompare(self, plan_id: str, other: str | int | None = None, *, tenant: str | None = None) -> Comparison:
        """List everything in which a plan differs from another version.

        Args:
            plan_id: The version that is looked at.
            other: What it is compared with: a version's number or a plan's id; by default what it was made from.
            tenant: Whose plans they are.

        Raises:
            InputError: There is no such plan or version, or the plan was made from none.
        """
        plan = await self.ashow(plan_id, tenant=tenant)
        if other is None:
            if plan.refinement is None:
                raise InputError("the plan is a first version", field="plan", value=plan_id, fix="Name another one.")
            other = plan.refinement.parent
        before = (
            await self.ashow(plan_id, version=other, tenant=tenant)
            if isinstance(other, int)
            else await self.ashow(other, tenant=tenant)
        )
        return compare(before, plan)

    @acts_on_plan("refine")
    async def arestore(self, plan_id: str, version: int, *, tenant: str | None = None) -> CampaignPlan:
        """Make a version of earlier the newest one: a version of its own with the same content.

        Nothing is lost; the versions in between stay. What was decided about the content still holds.

        Raises:
            InputError: There is no such plan or version, or it is the newest one.
            ApprovalError: The version still waits for approval.
        """
        wanted = await self.ashow(plan_id, version=version, tenant=tenant)
        versions = await self.aversions(plan_id, tenant=tenant)
        if wanted.status == "needs_approval":
            raise ApprovalError(f"Version {version} waits for approval.", fix="Decide about it first.")
        if wanted.version == versions[-1].version:
            raise InputError("it is the newest version", field="version", value=version, fix="Name an earlier one.")
        fixed = wanted.refinement.fixed if wanted.refinement else {}
        origin = Refinement(parent=versions[-1].id, root=wanted.root, restored=wanted.id, fixed=fixed)
        today = datetime.combine(min(self._parts.clock(), wanted.brief.period.end), time(), UTC)
        changes = {"version": versions[-1].version + 1, "refinement": origin, "created_at": today}
        plan = finished(wanted.model_copy(update=changes), wanted.status)
        await self._parts.plans.save(plan, tenant=self._tenant(tenant))
        if self._parts.audit is not None:
            note = saved(plan, "plan.restored")
            await self._parts.audit.aappend(note, tenant=self._tenant(tenant))
        return plan

    async def _handed_in(self, plan: str | CampaignPlan, tenant: str | None) -> CampaignPlan:
        if isinstance(plan, str):
            return await self.ashow(plan, tenant=tenant)
        from nexusplanner.calculators.verification import check_id, check_seal

        if plan.tenant != self._tenant(tenant):
            raise TenantError("This plan belongs to another tenant.", fix="Refine it as the tenant it was made for.")
        raw = dump(plan)
        if faults := (*check_seal(raw), *check_id(raw)):
            problem = f"the plan was changed by hand: {faults[0]}"
            raise InputError(problem, field="plan", fix="Hand in one as it was made.")
        try:  # what is kept may have been decided about since it was handed out
            return await self.ashow(plan.id, tenant=tenant)
        except InputError:
            await self._parts.plans.save(plan, tenant=self._tenant(tenant))
        return plan
