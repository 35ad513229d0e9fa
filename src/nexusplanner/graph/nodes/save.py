"""Save: the plan is kept for its tenant."""

from __future__ import annotations

from nexusplanner.domain.audit import AuditAction, AuditNote
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, load


async def save(state: PlanState, stage: Stage) -> PlanState:
    """Keep the plan, and note that it was; keeping the same one again changes nothing."""
    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    await keep(plan, stage)
    return {"status": plan.status}


async def keep(plan: CampaignPlan, stage: Stage) -> None:
    """Keep a plan, then note it: after a crash between the two, the node runs once more."""
    await stage.parts.plans.save(plan, tenant=stage.tenant)
    if stage.parts.audit is not None:
        note = saved(plan, "plan.refined" if plan.refinement else "plan.saved")
        await stage.parts.audit.aappend(note, tenant=stage.tenant)


def saved(plan: CampaignPlan, action: AuditAction) -> AuditNote:
    """Say which plan was kept, of which version, and what was decided about it."""
    details: JsonObject = {"version": plan.version, "status": plan.status}
    if plan.approval is not None:
        details["decided"] = {"verdict": plan.approval.verdict, "sha256": plan.approval.sha256}
    if plan.refinement is not None:
        details["parent"] = plan.refinement.parent
    return AuditNote(action=action, subject=plan.id, details=details)
