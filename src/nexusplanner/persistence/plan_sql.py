"""Plans in a database: in the workspace's, or in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Table, select
from sqlalchemy.sql.elements import ColumnElement

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.plan_summary import PlanSummary
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_memory import no_such_plan, plan_words_of
from nexusplanner.persistence.plan_pages import page, plans_with, status_word, texts, texts_of_versions, words_asked
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
from nexusplanner.persistence.tables.evidence import evidence, plan_evidence
from nexusplanner.persistence.tables.plans import briefs, plan_texts, plan_words, plans
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.page import Page
from nexusplanner.ports.plans import NEWEST, PlanQuery

_FIRST_KEPT = frozenset({"plan_id", "tenant", "kept_at"})
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
        owner, words = tenant_name(tenant), words_asked(query)
        if query.after is not None:
            PlanPlace.read(query.after)
        if not self._database.is_there:
            return Page()
        return await self._database.aread(partial(_listed, query, words, owner))

    async def versions(self, plan_id: str, *, tenant: str) -> tuple[CampaignPlan, ...]:
        """Return all versions of a plan, the first one first; raise an InputError where there is none."""
        asked = texts_of_versions(plan_id, tenant=tenant_name(tenant))
        if not PLAN_ID.fullmatch(plan_id) or not self._database.is_there:
            raise no_such_plan(plan_id)
        found = await self._database.aread(lambda c: tuple(map(plan_from, c.execute(asked))))
        if not found:
            raise no_such_plan(plan_id)
        return found


def _listed(query: PlanQuery, words: Sequence[str], tenant: str, connection: Connection) -> Page[PlanSummary]:
    if len(words) > 1:
        counts = connection.execute(plans_with(words, tenant=tenant)).one()
        words = [word for _, word in sorted(zip(counts, words, strict=True))]
    rows = connection.execute(page(query, words, tenant=tenant)).all()
    shown = rows[: query.limit]
    return Page(map(summary_of, shown), after=place_of(shown[-1]).text() if len(rows) > len(shown) else None)


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
    kept: Values = {"tenant": tenant, "plan_id": plan.id, "sha256": sha256_of(text), "text": packed(text)}
    _note_source(connection, row, brief)
    # Who keeps the same plan meanwhile is waited for here.
    made = insert_into(plans, connection).on_conflict_do_nothing()
    if connection.execute(made, row, execution_options={"preserve_rowcount": True}).rowcount == 1:
        connection.execute(plan_texts.insert(), kept)
        _index(connection, plan, row)
    elif (first := _replaced(connection, row, kept)) is not None:
        _index(connection, plan, row | {"kept_at": first})


def _note_source(connection: Connection, row: Values, brief: str) -> None:
    """Note the tenant and the brief, where they are not known."""
    tenant = {"tenant": row["tenant"], "created_at": row["kept_at"]}
    named = tenant | {"sha256": row["brief_sha"], "name": row["name"], "text": brief}
    connection.execute(insert_into(tenants, connection).on_conflict_do_nothing(), tenant)
    connection.execute(insert_into(briefs, connection).on_conflict_do_nothing(), named)


def _replaced(connection: Connection, row: Values, kept: Values) -> int | None:
    """Put a plan in place of what it was, and return when it was first kept; None where it is the same."""

    def mine(table: Table) -> tuple[ColumnElement[bool], ...]:
        return table.c.tenant == row["tenant"], table.c.plan_id == row["plan_id"]

    before = connection.execute(select(plan_texts.c.sha256).where(*mine(plan_texts)).with_for_update()).scalar()
    if before == kept["sha256"]:
        return None
    changed = {name: value for name, value in row.items() if name not in _FIRST_KEPT}
    connection.execute(plans.update().where(*mine(plans)).values(changed))
    connection.execute(plan_texts.update().where(*mine(plan_texts)).values(kept))
    for table in (plan_words, plan_evidence):
        connection.execute(table.delete().where(*mine(table)))
    return int(connection.execute(select(plans.c.kept_at).where(*mine(plans))).scalar_one())


def _index(connection: Connection, plan: CampaignPlan, row: Values) -> None:
    """Note the words that a plan is found by, and the evidence that it rests on."""
    mine = {name: row[name] for name in ("tenant", "plan_id")}
    at = mine | {name: row[name] for name in ("day", "kept_at")}
    words = sorted(plan_words_of(plan) | {status_word(plan.status)})
    connection.execute(plan_words.insert(), [at | {"word": word} for word in words])
    items = dict(_evidence_rows(plan))
    if items:
        kept = [{"tenant": row["tenant"], "sha256": sha} | item for sha, item in items.items()]
        connection.execute(insert_into(evidence, connection).on_conflict_do_nothing(), kept)
        connection.execute(plan_evidence.insert(), [mine | {"sha256": sha} for sha in items])


def _evidence_rows(plan: CampaignPlan) -> Iterator[tuple[str, dict[str, str]]]:
    texts = {sha256_of(text := item.model_dump_json()): (item, text) for item in plan.evidence}
    for sha, (item, text) in sorted(texts.items()):  # one order for all: no two writers wait for each other
        yield sha, {"kind": item.kind, "source": without_nul(item.source), "text": text}
