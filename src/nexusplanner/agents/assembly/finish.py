"""The finish: status, content address and seal, in this order."""

from __future__ import annotations

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
