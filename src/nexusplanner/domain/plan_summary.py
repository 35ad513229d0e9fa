"""The summary of a plan: what a list shows of it."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.sections import Exact, PlannedObjective, Range


class PlannedTotal(DomainModel):
    """All the money of a plan."""

    total: Exact
    currency: str


class Outlook(Range):
    """What all channels together are expected to bring."""

    metric: Metric


class PlanSummary(DomainModel):
    """A plan without its sections: a page of these is read where whole plans would be too much."""

    id: str
    version: int
    root: str
    """Id of version 1."""
    parent: str | None
    """Id of the version that it was made from."""
    tenant: str
    created_at: datetime
    """Midnight UTC of the planning day."""
    status: PlanStatus
    name: str
    summary: str
    objective: PlannedObjective
    budget: PlannedTotal
    forecast: Outlook
    cost_usd: Exact
    calls: int

    @classmethod
    def of(cls, plan: CampaignPlan) -> PlanSummary:
        """Leave out the sections."""
        outlook = plan.forecast
        return cls(
            id=plan.id,
            version=plan.version,
            root=plan.root,
            parent=plan.refinement.parent if plan.refinement else None,
            tenant=plan.tenant,
            created_at=plan.created_at,
            status=plan.status,
            name=plan.brief.name,
            summary=plan.summary,
            objective=plan.objective,
            budget=PlannedTotal(total=plan.budget.total, currency=plan.budget.currency),
            forecast=Outlook(metric=outlook.metric, p10=outlook.p10, p50=outlook.p50, p90=outlook.p90),
            cost_usd=plan.cost.usd,
            calls=plan.cost.calls,
        )
