"""The finish: status, content address and seal, in this order."""

from __future__ import annotations

from nexusplanner.domain.approval import Decided, Verdict, approval_of
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan, PlanStatus


def finished(plan: CampaignPlan, status: PlanStatus) -> CampaignPlan:
    """Set the status, then take the plan's id and seal of everything in it."""
    return finished_and_written(plan, status)[0]


def finished_and_written(plan: CampaignPlan, status: PlanStatus) -> tuple[CampaignPlan, JsonObject]:
    """Finish a plan, and return it beside what it is written as."""
    from nexusplanner.calculators.verification import plan_id, seal

    stated = plan.model_copy(update={"status": status, "id": "", "seal": {}})
    written: JsonObject = stated.model_dump(mode="json", exclude={"calculations"})
    written["calculations"] = [calculation.written() for calculation in stated.calculations]
    marks: JsonObject = {"id": plan_id(written), "seal": {**seal(written)}}  # neither covers the other
    return stated.model_copy(update=marks), {**written, **marks}


def settled(plan: CampaignPlan, made: Decided, verdict: Verdict) -> CampaignPlan:
    """Finish a plan that was decided about: its status, and who decided what about which content."""
    approved: PlanStatus = "degraded" if plan.degraded else "complete"
    stated = plan.model_copy(update={"approval": approval_of(made, sha256=content_sha256(plan), verdict=verdict)})
    return finished(stated, approved if verdict == "approved" else "refused")


def content_sha256(plan: CampaignPlan) -> str:
    """Hash what is approved: all that a plan says but what was decided about it."""
    from nexusplanner.calculators.verification import plan_sha256

    return plan_sha256(plan.model_dump(mode="json"))
