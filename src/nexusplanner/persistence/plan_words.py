"""The words that plans are found by: for each word the plans that have it, as bits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any

from sqlalchemy import ARRAY, Connection, LargeBinary, Text, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.words import words_of
from nexusplanner.persistence.plan_bits import (
    BLOCK,
    DAY_WORDS,
    DayBits,
    day_words,
    joined,
    up_to,
    with_plan,
    without_plan,
)
from nexusplanner.persistence.plan_memory import plan_words_of
from nexusplanner.persistence.plan_place import PlanPlace
from nexusplanner.persistence.tables.plans import plan_words
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.plans import PlanQuery


def words_kept(plan: CampaignPlan) -> frozenset[str]:
    """Return the words that a plan is kept under: those of its texts, its status and its day."""
    return plan_words_of(plan) | marks(plan.status, plan.created_at.date())


def marks(status: PlanStatus, day: date) -> frozenset[str]:
    """Write a status and a day as words that no text has."""
    return day_words(day) | {_status_word(status)}


def keep_words(
    number: int, connection: Connection, *, tenant: str, gained: Collection[str], lost: Collection[str]
) -> None:
    """Keep a plan under words that it has now, and no longer under those that it has lost.

    The bits of many plans are one row: whoever calls this keeps all other writers of the tenant waiting.
    """
    block, place = divmod(number, BLOCK)
    here = (plan_words.c.tenant == tenant, plan_words.c.block == block)
    asked = select(plan_words.c.word, plan_words.c.bits).where(*here, _is_one_of([*gained, *lost], connection))
    found: dict[str, bytes] = {row.word: row.bits for row in connection.execute(asked)}
    changed = {word: with_plan(found.get(word, b""), place) for word in gained}
    changed |= {word: without_plan(bits, place) for word, bits in found.items() if word in lost}
    if left := {word: bits for word, bits in changed.items() if bits}:
        _write(left, connection, tenant=tenant, block=block)
    if gone := [word for word, bits in changed.items() if not bits]:
        connection.execute(plan_words.delete().where(*here, _is_one_of(gone, connection)))


def numbers_found(query: PlanQuery, connection: Connection, *, tenant: str) -> list[int]:
    """Return the numbers of plans that have all the words of a search and what else is asked for, newest first.

    Returns:
        One more than a page has, where there are as many.
    """
    asked = words_of(query.search or "") | ({_status_word(query.status)} if query.status else set())
    columns = (plan_words.c.word, plan_words.c.block, plan_words.c.bits)
    read = select(*columns).where(plan_words.c.tenant == tenant, plan_words.c.word.in_(sorted({*asked, *DAY_WORDS})))
    words = joined((word, block, bits) for word, block, bits in connection.execute(read))
    days = DayBits.of(words)
    found = reduce(and_, (words.get(word, 0) for word in asked))
    return list(islice(days.newest_first(_bounded(found, days, query)), query.limit + 1))


def _write(words: dict[str, bytes], connection: Connection, *, tenant: str, block: int) -> None:
    made = insert_into(plan_words, connection)
    key = list(plan_words.primary_key.columns)
    written = made.on_conflict_do_update(index_elements=key, set_={"bits": made.excluded.bits})
    if _takes_lists(connection):
        sent = [func.unnest(_sent([*words], Text)), func.unnest(_sent([*words.values()], LargeBinary))]
        rows = select(literal(tenant), literal(block), *sent)
        connection.execute(written.from_select(["tenant", "block", "word", "bits"], rows))
    else:
        at = {"tenant": tenant, "block": block}
        connection.execute(written, [at | {"word": word, "bits": bits} for word, bits in words.items()])


def _is_one_of(words: list[str], connection: Connection) -> ColumnElement[bool]:
    if _takes_lists(connection):
        return plan_words.c.word == func.any(_sent(words, Text))
    return plan_words.c.word.in_(words)


def _takes_lists(connection: Connection) -> bool:
    """Tell whether many values are sent as one: a server is spared a hundred, and others wait half as long."""
    return connection.dialect.name == "postgresql"


def _sent(values: list[str] | list[bytes], type_: type[Text | LargeBinary]) -> ColumnElement[Any]:
    return literal(values, ARRAY(type_))


def _bounded(plans: int, days: DayBits, query: PlanQuery) -> int:
    if query.since is not None:
        _, same, after = days.split(plans, query.since)
        plans = same | after
    if query.until is not None:
        before, same, _ = days.split(plans, query.until)
        plans = before | same
    if query.after is not None:
        place = PlanPlace.read(query.after)
        before, same, _ = days.split(plans, place.day)
        plans = before | up_to(place.number, same)
    return plans


def _status_word(status: PlanStatus) -> str:
    return f"={status}"
