"""Questions about many plans, each one statement whose time does not grow with the plans that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, exists, func, select, tuple_
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import FromClause

from nexusplanner.domain.plan import PlanStatus
from nexusplanner.domain.words import words_of
from nexusplanner.persistence.plan_place import PlanPlace
from nexusplanner.persistence.plan_rows import SHOWN
from nexusplanner.persistence.tables.plans import plan_texts, plan_words, plans
from nexusplanner.ports.plans import PlanQuery

_ENOUGH = 1_000


def words_asked(query: PlanQuery) -> list[str]:
    """Return the words that all plans of a page have; where any are asked for, the status is one of them."""
    words = sorted(words_of(query.search or ""))
    return [*words, status_word(query.status)] if words and query.status else words


def status_word(status: PlanStatus) -> str:
    """Write a status as a word that no text has."""
    return f"={status}"


def plans_with(words: Sequence[str], *, tenant: str) -> Select[*tuple[Any, ...]]:
    """Ask how many plans have each word; enough are counted to tell a rare word from a common one."""

    def counted(word: str) -> ScalarSelect[int]:
        some = select(plan_words.c.word).where(plan_words.c.tenant == tenant, plan_words.c.word == word)
        return select(func.count()).select_from(some.limit(_ENOUGH).subquery()).scalar_subquery()

    counts = [counted(word).label(f"word_{number}") for number, word in enumerate(words)]
    return select(*counts)


def page(query: PlanQuery, words: Sequence[str], *, tenant: str) -> Select[Any]:
    """Ask for one row more than a page has.

    Args:
        query: What is asked for.
        words: Those of the query, the rarest first: its plans are walked, and looked up under the others.
        tenant: Whose plans.
    """
    if not words:
        asked = select(*SHOWN).where(plans.c.tenant == tenant)
        return _bounded(asked if query.status is None else asked.where(plans.c.status == query.status), plans, query)
    listed = plan_words.alias("listed")
    asked = select(*SHOWN).join_from(listed, plans, _same(listed, plans, "tenant", "plan_id"))
    asked = asked.where(listed.c.tenant == tenant, listed.c.word == words[0])
    for word in words[1:]:
        asked = asked.where(_has(listed, word))
    return _bounded(asked, listed, query)


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


def _bounded(asked: Select[Any], listed: FromClause, query: PlanQuery) -> Select[Any]:
    place = (listed.c.day, listed.c.kept_at, listed.c.plan_id)
    if query.after is not None:
        asked = asked.where(tuple_(*place) < tuple_(*PlanPlace.read(query.after)))
    if query.since is not None:
        asked = asked.where(listed.c.day >= query.since.isoformat())
    if query.until is not None:
        asked = asked.where(listed.c.day <= query.until.isoformat())
    return asked.order_by(*(column.desc() for column in place)).limit(query.limit + 1)


def _has(listed: FromClause, word: str) -> ColumnElement[bool]:
    other = plan_words.alias()
    same_moment = _same(listed, other, "tenant", "day", "kept_at")
    # An expression, lest the plan be looked up by its id: neighbours in time lie on one page, neighbours by id do not.
    same_plan = other.c.plan_id.concat("") == listed.c.plan_id
    return exists().where(other.c.word == word, same_moment, same_plan)


def _same(one: FromClause, other: FromClause, *names: str) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in names))
