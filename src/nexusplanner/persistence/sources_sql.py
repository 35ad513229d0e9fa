"""The sources of plans that are kept in a database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, func, select

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_memory import no_such_plan
from nexusplanner.persistence.plan_place import PLAN_ID
from nexusplanner.persistence.plan_rows import without_nul
from nexusplanner.persistence.tables.evidence import evidence, plan_evidence
from nexusplanner.persistence.tables.plans import briefs, plans
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.ports.sources import KeptTenant


class SqlSources:
    """Reads briefs and evidence without the plans, one question each.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def brief(self, plan_id: str, *, tenant: str) -> CampaignBrief:
        """Return the brief that a plan was made from, or raise an InputError."""
        mine = (plans.c.tenant == tenant_name(tenant), plans.c.plan_id == self._checked(plan_id))
        same = (briefs.c.tenant == plans.c.tenant) & (briefs.c.sha256 == plans.c.brief_sha)
        asked = select(briefs.c.text).join_from(plans, briefs, same).where(*mine)
        found = await self._database.aread(lambda c: c.execute(asked).scalar())
        if found is None:
            raise no_such_plan(plan_id)
        return CampaignBrief.model_validate_json(found)

    async def evidence(self, plan_id: str, *, tenant: str) -> tuple[Evidence, ...]:
        """Return the evidence that a plan rests on, or raise an InputError."""
        owner = tenant_name(tenant)
        found = await self._database.aread(partial(_evidence_of, self._checked(plan_id), owner))
        return tuple(sorted(found, key=lambda item: item.id))

    async def plans_on(self, source: str, *, tenant: str) -> tuple[str, ...]:
        """Return the ids of the plans that rest on anything from a source."""
        owner = tenant_name(tenant)
        if not self._database.is_there:
            return ()
        same = (evidence.c.tenant == plan_evidence.c.tenant) & (evidence.c.sha256 == plan_evidence.c.sha256)
        asked = select(plan_evidence.c.plan_id).distinct().join_from(evidence, plan_evidence, same)
        asked = asked.where(evidence.c.tenant == owner, evidence.c.source == without_nul(source))
        return tuple(sorted(await self._database.aread(lambda c: c.execute(asked).scalars().all())))

    async def tenants(self) -> tuple[KeptTenant, ...]:
        """Return all who keep plans here, by name."""
        if not self._database.is_there:
            return ()
        same = plans.c.tenant == tenants.c.tenant
        asked = select(*tenants.c, func.count(plans.c.plan_id).label("plans")).outerjoin_from(tenants, plans, same)
        rows = await self._database.aread(lambda c: c.execute(asked.group_by(*tenants.c)).all())
        found = (KeptTenant(row.tenant, _moment(row.created_at), row.plans) for row in rows)
        return tuple(sorted(found, key=lambda tenant: tenant.name))

    def _checked(self, plan_id: str) -> str:
        if not PLAN_ID.fullmatch(plan_id) or not self._database.is_there:
            raise no_such_plan(plan_id)
        return plan_id


def _evidence_of(plan_id: str, tenant: str, connection: Connection) -> list[Evidence]:
    """Ask for the plan beside its evidence: a plan without any is no plan that is not there."""
    mine = (plan_evidence.c.tenant == plans.c.tenant) & (plan_evidence.c.plan_id == plans.c.plan_id)
    same = (evidence.c.tenant == plan_evidence.c.tenant) & (evidence.c.sha256 == plan_evidence.c.sha256)
    asked = select(evidence.c.text).select_from(plans.outerjoin(plan_evidence, mine).outerjoin(evidence, same))
    found = connection.execute(asked.where(plans.c.tenant == tenant, plans.c.plan_id == plan_id)).scalars().all()
    if not found:
        raise no_such_plan(plan_id)
    return [Evidence.model_validate_json(text) for text in found if text is not None]


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
