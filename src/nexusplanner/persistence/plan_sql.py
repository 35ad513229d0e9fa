"""Plans in a database: in the workspace's, or in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select
from sqlalchemy.sql.elements import ColumnElement

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_memory import no_such_plan
from nexusplanner.persistence.plan_pages import numbered, page, texts, texts_of_versions
from nexusplanner.persistence.plan_place import PLAN_ID, PlanPlace
from nexusplanner.persistence.plan_rows import (
    Values,
    packed,
    place_of,
    plan_from,
    plan_row,
    summary_of,
    without_nul,
)
from nexusplanner.persistence.plan_words import keep_words, numbers_found, words_kept
from nexusplanner.persistence.tables.evidence import evidence, plan_evidence
from nexusplanner.persistence.tables.plans import briefs, plan_texts, plans
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import NEWEST, PlanQuery

_FIRST_KEPT = frozenset({"plan_id", "tenant", "number", "kept_at"})
"""What of a row stays when its plan was decided about."""


class SqlPlans:
    """Keeps plans, with the brief and the evidence that they were made from, in one transaction each.

    Args:
        database: Where.
        now: The clock.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def save(self, plan: CampaignPlan, *, tenant: str) -> None:
        """Keep a plan; the same plan again changes nothing.

        Raises:
            StorageError: The database cannot be written.
        """
        owner, now = tenant_name(tenant), round(self._now().timestamp() * 1_000_000)
        await self._database.awrite(partial(keep_plan, plan, plan.model_dump_json(), owner, now))

    async def get(self, plan_id: str, *, tenant: str) -> CampaignPlan:
        """Return a plan, or raise an InputError."""
        return (await self.load((plan_id,), tenant=tenant))[0]

    async def load(self, plan_ids: Sequence[str], *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return several plans in the order of their ids, read in one statement; or raise an InputError."""
        owner = tenant_name(tenant)
        for plan_id in plan_ids:
            if not PLAN_ID.fullmatch(plan_id) or not self._database.is_there:
                raise no_such_plan(plan_id)
        return await self._database.aread(partial(_loaded, tuple(plan_ids), owner)) if plan_ids else ()

    async def list(self, query: PlanQuery = NEWEST, *, tenant: str) -> Page[PlanSummary]:
        """Return a page of the tenant's plans, newest first."""
        owner = tenant_name(tenant)
        if query.after is not None:
            PlanPlace.read(query.after)
        if not self._database.is_there:
            return Page()
        return await self._database.aread(partial(_listed, query, owner))

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan, the first one first; raise an InputError where there is none."""
        asked = texts_of_versions(plan_id, tenant=tenant_name(tenant))
        if not PLAN_ID.fullmatch(plan_id) or not self._database.is_there:
            raise no_such_plan(plan_id)
        found = await self._database.aread(lambda c: tuple(map(plan_from, c.execute(asked))))
        if not found:
            raise no_such_plan(plan_id)
        return found


def _listed(query: PlanQuery, tenant: str, connection: Connection) -> Page[PlanSummary]:
    if query.search is None:
        rows = list(connection.execute(page(query, tenant=tenant)))
    else:
        rows = _found(query, tenant, connection)
    shown = rows[: query.limit]
    return Page(map(summary_of, shown), after=place_of(shown[-1]).text() if len(rows) > len(shown) else None)


def _found(query: PlanQuery, tenant: str, connection: Connection) -> list[Row[Any]]:
    numbers = numbers_found(query, connection, tenant=tenant)
    if not numbers:
        return []
    return sorted(connection.execute(numbered(numbers, tenant=tenant)), key=place_of, reverse=True)


def _loaded(plan_ids: tuple[str, ...], tenant: str, connection: Connection) -> tuple[CampaignPlan, ...]:
    found = {row.plan_id: row for row in connection.execute(texts(list(plan_ids), tenant=tenant))}
    for plan_id in plan_ids:
        if plan_id not in found:
            raise no_such_plan(plan_id)
    return tuple(plan_from(found[plan_id]) for plan_id in plan_ids)


def keep_plan(plan: CampaignPlan, text: str, tenant: str, now: int, connection: Connection) -> None:
    """Keep a plan, its brief and its evidence, or put it in place of what it was."""
    brief = plan.brief.model_dump_json()
    row = {"tenant": tenant} | plan_row(plan, sha256_of(brief), now=now)
    words = words_kept(plan)
    kept: Values = {"tenant": tenant, "plan_id": plan.id, "sha256": sha256_of(text), "text": packed(text)}
    kept["words"] = " ".join(sorted(words))
    _note_source(connection, row, brief)
    if (number := _numbered(connection, row)) is not None:
        connection.execute(plan_texts.insert(), kept)
        keep_words(number, connection, tenant=tenant, gained=words, lost=())
        _note_evidence(connection, plan, row)
    else:
        _replace(connection, plan, row, kept)


def _note_source(connection: Connection, row: Values, brief: str) -> None:
    """Note the tenant and the brief, where they are not known; who writes for the same tenant is waited for here."""
    tenant = {"tenant": row["tenant"], "created_at": row["kept_at"]}
    named = tenant | {"sha256": row["brief_sha"], "name": row["name"], "text": brief}
    as_it_was = {"created_at": tenants.c.created_at}
    known = insert_into(tenants, connection).on_conflict_do_update(index_elements=["tenant"], set_=as_it_was)
    connection.execute(known, tenant)
    connection.execute(insert_into(briefs, connection).on_conflict_do_nothing(), named)


def _numbered(connection: Connection, row: Values) -> int | None:
    """Keep a plan's row with the next number of its tenant, and return that; None where the plan is known."""
    next_ = select(func.coalesce(func.max(plans.c.number) + 1, 0)).where(plans.c.tenant == row["tenant"])
    made = insert_into(plans, connection).values(row | {"number": next_.scalar_subquery()})
    asked = made.on_conflict_do_nothing(index_elements=["tenant", "plan_id"]).returning(plans.c.number)
    return connection.execute(asked).scalar()


def _replace(connection: Connection, plan: CampaignPlan, row: Values, kept: Values) -> None:
    """Put a plan in place of what it was; nothing changes where it is the same."""

    def mine(table: Table) -> tuple[ColumnElement[bool], ...]:
        return table.c.tenant == row["tenant"], table.c.plan_id == row["plan_id"]

    asked = select(plans.c.number, plan_texts.c.sha256, plan_texts.c.words)
    before = connection.execute(asked.join_from(plans, plan_texts).where(*mine(plans))).one()
    if before.sha256 == kept["sha256"]:
        return
    changed = {name: value for name, value in row.items() if name not in _FIRST_KEPT}
    connection.execute(plans.update().where(*mine(plans)).values(changed))
    connection.execute(plan_texts.update().where(*mine(plan_texts)).values(kept))
    now, then = (frozenset(str(words).split()) for words in (kept["words"], before.words))
    keep_words(before.number, connection, tenant=str(row["tenant"]), gained=now - then, lost=then - now)
    connection.execute(plan_evidence.delete().where(*mine(plan_evidence)))
    _note_evidence(connection, plan, row)


def _note_evidence(connection: Connection, plan: CampaignPlan, row: Values) -> None:
    """Note the evidence that a plan rests on."""
    mine = {name: row[name] for name in ("tenant", "plan_id")}
    items = dict(_evidence_rows(plan))
    if items:
        kept = [{"tenant": row["tenant"], "sha256": sha} | item for sha, item in items.items()]
        connection.execute(insert_into(evidence, connection).on_conflict_do_nothing(), kept)
        connection.execute(plan_evidence.insert(), [mine | {"sha256": sha} for sha in items])


def _evidence_rows(plan: CampaignPlan) -> Iterator[tuple[str, dict[str, str]]]:
    texts = {sha256_of(text := item.model_dump_json()): (item, text) for item in plan.evidence}
    for sha, (item, text) in sorted(texts.items()):  # one order for all: no two writers wait for each other
        yield sha, {"kind": item.kind, "source": without_nul(item.source), "text": text}
