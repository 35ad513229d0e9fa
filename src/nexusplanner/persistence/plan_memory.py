"""Plans in memory: gone with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count

from nexusplanner.calculators.verification.erasing import without_person
from nexusplanner.domain.person import Person
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.domain.words import words_of
from nexusplanner.errors import InputError
from nexusplanner.llm.treasury import utc_now
from nexusplanner.persistence.plan_place import PlanPlace
from nexusplanner.ports.page import Page
from nexusplanner.ports.personal_data import Amount, Kept
from nexusplanner.ports.plans import NEWEST, PlanQuery
from nexusplanner.ports.sources import KeptTenant

MOST = 256
"""Plans kept a tenant; the oldest are let go."""


class InMemoryPlans:
    """Keeps the newest plans of each tenant.

    Args:
        now: The clock.
    """

    def __init__(self, *, now: Callable[[], datetime] = utc_now) -> None:
        self._kept: dict[str, OrderedDict[str, tuple[int, CampaignPlan]]] = {}
        self._since: dict[str, datetime] = {}
        self._count, self._now = count(1), now

    async def save(self, plan: CampaignPlan, *, tenant: str) -> None:
        """Keep a plan; the same plan again changes nothing."""
        plans = self._kept.setdefault(tenant_name(tenant), OrderedDict())
        self._since.setdefault(tenant, self._now())
        kept_at = plans[plan.id][0] if plan.id in plans else next(self._count)
        plans[plan.id] = kept_at, plan
        while len(plans) > MOST:
            plans.popitem(last=False)

    async def get(self, plan_id: str, *, tenant: str) -> CampaignPlan:
        """Return a plan, or raise an InputError."""
        return (await self.load((plan_id,), tenant=tenant))[0]

    async def load(self, plan_ids: Sequence[str], *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return several plans in the order of their ids, or raise an InputError."""
        plans = self._of(tenant)
        for plan_id in plan_ids:
            if plan_id not in plans:
                raise no_such_plan(plan_id)
        return tuple(plans[plan_id][1] for plan_id in plan_ids)

    async def list(self, query: PlanQuery = NEWEST, *, tenant: str) -> Page[PlanSummary]:
        """Return a page of the tenant's plans, newest first."""
        kept = self._of(tenant).values()
        after = None if query.after is None else PlanPlace.read(query.after)
        placed = {PlanPlace(plan.created_at.date(), at): plan for at, plan in kept}
        asked = (p for p in placed if (after is None or p < after) and _is_asked(placed[p], query))
        found = sorted(asked, reverse=True)
        shown = found[: query.limit]
        more = shown[-1].text() if len(found) > len(shown) else None
        return Page((PlanSummary.of(placed[place]) for place in shown), after=more)

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan, the first one first; raise an InputError where there is none."""
        root = (await self.get(plan_id, tenant=tenant)).root
        kept = self._of(tenant).values()
        return tuple(sorted((plan for _, plan in kept if plan.root == root), key=lambda p: (p.version, p.id)))

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many plans there are, and how long they are as JSON."""
        sizes = [len(plan.model_dump_json()) for _, plan in self._of(tenant).values()]
        return (Amount("plans", len(sizes), sum(sizes)),) if sizes else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the plans."""
        for plan_id, (_, plan) in sorted(self._of(tenant).items()):
            yield Kept("plans", plan_id, plan.model_dump(mode="json"))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of the plans, and seal them again."""
        plans = self._of(tenant)
        mended = {plan_id: without_person(plan, person) for plan_id, (_, plan) in plans.items()}
        changed = {plan_id: plan for plan_id, plan in mended.items() if plan is not None}
        for plan_id, plan in changed.items():
            plans[plan_id] = plans[plan_id][0], plan
        return len(changed)

    def forget(self, *, tenant: str) -> int:
        """Let go of the plans."""
        self._since.pop(tenant_name(tenant), None)
        return len(self._kept.pop(tenant_name(tenant), ()))

    def kept(self, *, tenant: str) -> tuple[tuple[int, CampaignPlan], ...]:
        """Return a tenant's plans, each with its place in the order of keeping."""
        return tuple(self._of(tenant).values())

    def tenants(self) -> tuple[KeptTenant, ...]:
        """Return all who keep plans, by name."""
        return tuple(KeptTenant(name, self._since[name], len(self._kept[name])) for name in sorted(self._kept))

    def _of(self, tenant: str) -> OrderedDict[str, tuple[int, CampaignPlan]]:
        return self._kept.get(tenant_name(tenant), OrderedDict())


def _is_asked(plan: CampaignPlan, query: PlanQuery) -> bool:
    day = plan.created_at.date()
    return (
        (query.since is None or query.since <= day)
        and (query.until is None or day <= query.until)
        and query.status in (None, plan.status)
        and (query.search is None or words_of(query.search) <= plan_words_of(plan))
    )


def plan_words_of(plan: CampaignPlan) -> frozenset[str]:
    """Return the words that a plan is found by: of its name, objective, offering and summary."""
    offering = plan.brief.offering
    return words_of(plan.brief.name, plan.objective.metric, offering.name, offering.category or "", plan.summary)


def no_such_plan(plan_id: str) -> InputError:
    """Say that a tenant has no such plan."""
    return InputError("no plan of this tenant has that id", field="plan", value=plan_id, fix="See: nexusplanner list.")
