"""Save: the plan is kept for its tenant."""

from __future__ import annotations

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, load


async def save(state: PlanState, stage: Stage) -> PlanState:
    """Keep the plan; keeping the same one again changes nothing."""
    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    await stage.purse.awritten()  # a plan does not leave before the replies in it are on the disk
    await stage.parts.plans.save(plan, tenant=state["tenant"])
    return {"status": plan.status, "done": True}
