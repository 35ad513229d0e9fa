"""Where finished plans are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.words import words_of
from nexusplanner.errors import InputError
from nexusplanner.ports.page import Page

PAGE = 50
MOST = 1000
"""Plans of one page."""


@dataclass(frozen=True)
class PlanQuery:
    """Which plans a list shows, newest planning day first.

    Raises:
        InputError: No list can be of this.
    """

    limit: int = PAGE
    """Plans of one page, at most 1000."""
    after: str | None = None
    """Where the page before this one ended."""
    since: date | None = None
    """From this planning day on."""
    until: date | None = None
    """Up to this planning day."""
    status: PlanStatus | None = None
    search: str | None = None
    """Words that name, objective, offering and summary must have between them, whatever their case and accents."""

    def __post_init__(self) -> None:
        """Refuse what no list can be of."""
        if not 1 <= self.limit <= MOST:
            raise InputError("not the length of a page", field="limit", value=self.limit, fix=f"Ask for 1 to {MOST}.")
        if self.since and self.until and self.since > self.until:
            fix = f"Begin on {self.until} or before."
            raise InputError("it is after the last day", field="since", value=str(self.since), fix=fix)
        if self.search is not None and not words_of(self.search):
            raise InputError("it has no word", field="search", value=self.search, fix="Name words, or leave it out.")


NEWEST = PlanQuery()
"""The first page of all plans."""


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

    async def load(self, plan_ids: Sequence[str], *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return several plans in the order of their ids, all read at once.

        Raises:
            InputError: The tenant has no such plan.
        """
        ...

    async def list(self, query: PlanQuery = NEWEST, *, tenant: str) -> Page[PlanSummary]:
        """Return a page of the tenant's plans, newest planning day first, then what was kept last.

        Raises:
            InputError: ``after`` is not where a page ended.
        """
        ...

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of the plan that one of them names, the first one first.

        Raises:
            InputError: The tenant has no such plan.
        """
        ...
