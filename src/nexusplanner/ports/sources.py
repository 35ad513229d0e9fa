"""What plans were made from, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence


@dataclass(frozen=True)
class KeptTenant:
    """Somebody who keeps plans."""

    name: str
    since: datetime
    """When the first plan was kept."""
    plans: int


@runtime_checkable
class Sources(Protocol):
    """The briefs and the evidence of kept plans; what several plans share is kept once."""

    async def brief(self, plan_id: str, *, tenant: str) -> CampaignBrief:
        """Return the brief that a plan was made from.

        Raises:
            InputError: The tenant has no such plan.
        """
        ...

    async def evidence(self, plan_id: str, *, tenant: str) -> tuple[Evidence, ...]:
        """Return the evidence that a plan rests on, in the order of its ids.

        Raises:
            InputError: The tenant has no such plan.
        """
        ...

    async def plans_on(self, source: str, *, tenant: str) -> tuple[str, ...]:
        """Return the ids of the plans that rest on anything from a source: what to look at when it was wrong."""
        ...

    async def tenants(self) -> tuple[KeptTenant, ...]:
        """Return all who keep plans here, by name; the operator's question, no tenant's."""
        ...
