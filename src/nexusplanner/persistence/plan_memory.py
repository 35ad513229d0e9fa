"""Plans in memory: gone with the process."""

from __future__ import annotations

from collections import OrderedDict

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError

MOST = 256
"""Plans kept a tenant; the oldest are let go."""


class InMemoryPlans:
    """Keeps the newest plans of each tenant."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[str, CampaignPlan]] = {}

    async def save(self, plan: CampaignPlan, *, tenant: str) -> None:
        """Keep a plan; the same plan again changes nothing."""
        plans = self._kept.setdefault(tenant_name(tenant), OrderedDict())
        plans[plan.id] = plan
        while len(plans) > MOST:
            plans.popitem(last=False)

    async def get(self, plan_id: str, *, tenant: str) -> CampaignPlan:
        """Return a plan, or raise an InputError."""
        plans = self._kept.get(tenant_name(tenant))
        if plans is None or plan_id not in plans:
            raise no_such_plan(plan_id)
        return plans[plan_id]

    async def list(self, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return the tenant's plans, newest first."""
        return tuple(reversed(self._kept.get(tenant_name(tenant), OrderedDict()).values()))

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan, the first one first; raise an InputError where there is none."""
        root = (await self.get(plan_id, tenant=tenant)).root
        kept = self._kept[tenant_name(tenant)].values()
        return tuple(sorted((plan for plan in kept if plan.root == root), key=lambda p: (p.version, p.id)))


def no_such_plan(plan_id: str) -> InputError:
    """Say that a tenant has no such plan."""
    return InputError("no plan of this tenant has that id", field="plan", value=plan_id, fix="See: nexusplanner list.")
