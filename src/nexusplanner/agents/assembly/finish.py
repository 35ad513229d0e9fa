"""The finish: status, content address and seal, in this order."""

from __future__ import annotations

from nexusplanner.domain.plan import CampaignPlan, PlanStatus


def finished(plan: CampaignPlan, status: PlanStatus) -> CampaignPlan:
    """Set the status, then take the plan's id and seal of everything in it."""
    from nexusplanner.calculators.verification import plan_id, seal

    stated = plan.model_copy(update={"status": status, "id": "", "seal": {}})
    written = stated.model_dump(mode="json")  # neither the id nor the seal covers the other
    return stated.model_copy(update={"id": plan_id(written), "seal": seal(written)})
