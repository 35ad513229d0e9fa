"""Listing: pages of kept plans."""

from __future__ import annotations

from datetime import date
from typing import Literal, overload

from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.planner.core import PlannerCore
from nexusplanner.planner.entering import acts
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import PAGE, PlanQuery


class ListingCore(PlannerCore):
    """Plans campaigns, and lists what was planned."""

    @overload
    async def alist(
        self,
        *,
        limit: int = PAGE,
        after: str | None = None,
        since: date | None = None,
        until: date | None = None,
        status: PlanStatus | None = None,
        search: str | None = None,
        fields: Literal["plan"] = "plan",
        tenant: str | None = None,
    ) -> Page[CampaignPlan]: ...
    @overload
    async def alist(
        self,
        *,
        limit: int = PAGE,
        after: str | None = None,
        since: date | None = None,
        until: date | None = None,
        status: PlanStatus | None = None,
        search: str | None = None,
        fields: Literal["summary"],
        tenant: str | None = None,
    ) -> Page[PlanSummary]: ...
    async def alist(
        self,
        *,
        limit: int = PAGE,
        after: str | None = None,
        since: date | None = None,
        until: date | None = None,
        status: PlanStatus | None = None,
        search: str | None = None,
        fields: Literal["plan", "summary"] = "plan",
        tenant: str | None = None,
    ) -> Page[CampaignPlan] | Page[PlanSummary]:
        """Return a page of the kept plans, newest planning day first, then what was kept last.

        Args:
            limit: Plans of one page, 1 to 1000.
            after: Where the page before this one ended: its ``after``.
            since: From this planning day on.
            until: Up to this planning day.
            status: Of this status alone.
            search: Words that name, objective, offering and summary must have between them, in any order and case.
            fields: Whole plans, or their summaries, which are read many times faster.
            tenant: Whose plans.

        Returns:
            A tuple; its ``after`` is None where no further page is.

        Raises:
            InputError: The page is of no possible length, or ``after``, ``since`` or ``search`` make no sense.
        """
        query = PlanQuery(limit=limit, after=after, since=since, until=until, status=status, search=search)
        return await self._listed(query, fields, tenant=tenant)

    @acts("list")
    async def _listed(
        self, query: PlanQuery, fields: Literal["plan", "summary"], *, tenant: str | None
    ) -> Page[CampaignPlan] | Page[PlanSummary]:
        owner, plans = self._tenant(tenant), self._parts.plans
        page = await plans.list(query, tenant=owner)
        if fields == "summary":
            return page
        return Page(await plans.load([shown.id for shown in page], tenant=owner), after=page.after)
