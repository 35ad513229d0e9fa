"""Questions about many plans, each one statement whose time does not grow with the plans that are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import FromClause

from nexusplanner.persistence.plan_place import PlanPlace
from nexusplanner.persistence.plan_rows import SHOWN
from nexusplanner.persistence.tables.plans import plan_texts, plans
from nexusplanner.ports.plans import PlanQuery


def page(query: PlanQuery, *, tenant: str) -> Select[Any]:
    """Ask for one row more than a page has, whatever the words of its plans."""
    asked = select(*SHOWN).where(plans.c.tenant == tenant)
    if query.status is not None:
        asked = asked.where(plans.c.status == query.status)
    if query.after is not None:
        place = PlanPlace.read(query.after)
        asked = asked.where(tuple_(plans.c.day, plans.c.number) < tuple_(place.day.isoformat(), place.number))
    if query.since is not None:
        asked = asked.where(plans.c.day >= query.since.isoformat())
    if query.until is not None:
        asked = asked.where(plans.c.day <= query.until.isoformat())
    return asked.order_by(plans.c.day.desc(), plans.c.number.desc()).limit(query.limit + 1)


def numbered(numbers: list[int], *, tenant: str) -> Select[Any]:
    """Ask for the rows of plans by their numbers, in no order: with one, all plans would be walked in it."""
    return select(*SHOWN).where(plans.c.tenant == tenant, plans.c.number.in_(numbers))


def texts(plan_ids: list[str], *, tenant: str) -> Select[Any]:
    """Ask for the texts of plans."""
    return _texts().where(plan_texts.c.tenant == tenant, plan_texts.c.plan_id.in_(plan_ids))


def texts_of_versions(plan_id: str, *, tenant: str) -> Select[Any]:
    """Ask for the texts of all plans that have the root of one of them, the first version first."""
    root = select(plans.c.root).where(plans.c.tenant == tenant, plans.c.plan_id == plan_id).scalar_subquery()
    found = _texts().join_from(plans, plan_texts, _same(plans, plan_texts, "tenant", "plan_id"))
    return found.where(plans.c.tenant == tenant, plans.c.root == root).order_by(plans.c.version, plans.c.plan_id)


def _texts() -> Select[Any]:
    return select(plan_texts.c.plan_id, plan_texts.c.sha256, plan_texts.c.text)


def _same(one: FromClause, other: FromClause, *names: str) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in names))
