"""Approve: the run waits for one of the brief's approvers."""

from __future__ import annotations

from langgraph.types import interrupt

from nexusplanner.agents.assembly import finished
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.errors import ApprovalError
from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, dump, load


async def approve(state: PlanState, stage: Stage) -> PlanState:
    """Ask, wait, and set the status by the answer; nothing with an effect stands before the wait."""
    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    answer = interrupt(
        {
            "plan_id": plan.id,
            "approvers": list(plan.brief.approvers),
            "question": f"Approve plan {plan.id} for {plan.brief.name}: {plan.budget.total} {plan.budget.currency}?",
        },
        response_schema=Decision.model_json_schema(),
    )
    decision = load(Decision, answer, memo=stage.memo)
    if decision.by and decision.by not in plan.brief.approvers:
        raise ApprovalError(
            f"{decision.by!r} is not an approver of this plan.",
            fix=f"Approvers: {', '.join(plan.brief.approvers)}.",
        )
    approved: PlanStatus = "degraded" if plan.degraded else "complete"
    plan = finished(plan, approved if decision.approve else "refused")
    return {"plan": dump(plan), "status": plan.status, "decision": dump(decision)}
