"""Where finished plans are kept."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from nexusplanner.domain.plan import CampaignPlan


@runtime_checkable
class Plans(Protocol):
    """A store of plans, one a tenant."""

    async def save(self, plan: CampaignPlan, *, tenant: str) -> None:
        """Keep a plan; the same plan again changes nothing."""
        ...

    async def get(self, plan_id: str, *, tenant: str) -> CampaignPlan:
        """Return a plan.

        Raises:
            InputError: The tenant has no such plan.
        """
        ...

    async def list(self, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return the tenant's plans, newest first."""
        ...

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of the plan that one of them names, the first one first.

        Raises:
            InputError: The tenant has no such plan.
        """
        ...
