"""Intake: a raw brief becomes a checked one, or questions."""

from __future__ import annotations

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import BriefIncomplete
from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, dump


async def intake(state: PlanState, stage: Stage) -> PlanState:
    """Check the brief; what it does not say comes back as questions."""
    tenant = tenant_name(stage.tenant)  # a server's client names it, past the planner's door
    try:
        brief = CampaignBrief.parse(state["brief"])
    except BriefIncomplete as missing:
        return {
            "tenant": tenant,
            "questions": list(missing.questions),
            "status": "refused",
            "done": True,
        }
    today = min(
        state.get("today") or stage.parts.clock().isoformat(),
        brief.period.end.isoformat(),
    )
    return {
        "brief": dump(brief),
        "tenant": tenant,
        "seed": state.get("seed", 0),
        "today": today,
        "questions": [],
        "decisions": {},
        "revisions": 0,
    }
