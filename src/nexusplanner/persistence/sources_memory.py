"""The sources of plans that are kept in memory."""

from __future__ import annotations

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence
from nexusplanner.persistence.plan_memory import InMemoryPlans
from nexusplanner.ports.sources import KeptTenant


class InMemorySources:
    """Reads the plans themselves.

    Args:
        plans: Where they are kept.
    """

    def __init__(self, plans: InMemoryPlans) -> None:
        self._plans = plans

    async def brief(self, plan_id: str, *, tenant: str) -> CampaignBrief:
        """Return the brief that a plan was made from, or raise an InputError."""
        return (await self._plans.get(plan_id, tenant=tenant)).brief

    async def evidence(self, plan_id: str, *, tenant: str) -> tuple[Evidence, ...]:
        """Return the evidence that a plan rests on, or raise an InputError."""
        return tuple(sorted((await self._plans.get(plan_id, tenant=tenant)).evidence, key=lambda item: item.id))

    async def plans_on(self, source: str, *, tenant: str) -> tuple[str, ...]:
        """Return the ids of the plans that rest on anything from a source."""
        kept = self._plans.kept(tenant=tenant)
        return tuple(sorted(plan.id for _, plan in kept if any(item.source == source for item in plan.evidence)))

    async def tenants(self) -> tuple[KeptTenant, ...]:
        """Return all who keep plans here, by name."""
        return self._plans.tenants()
