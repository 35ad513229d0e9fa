"""How an outcome and all that follows from it are kept in rows."""

from __future__ import annotations

import zlib

from sqlalchemy import Connection, Table, delete, func, select, update

from nexusplanner.domain.learned import ChannelPrior
from nexusplanner.domain.outcome import Outcome
from nexusplanner.persistence.tables.learning import lesson_uses, lessons, outcomes, priors
from nexusplanner.persistence.tables.plans import plans
from nexusplanner.persistence.upsert import insert_into
from nexusplanner.ports.outcomes import Record

COUNTED, REPLACED = "counted", "replaced"
_COUNTERS = {"helped", "hurt", "status"}
_FAST = 1


def keep(record: Record, connection: Connection, *, tenant: str) -> None:
    """Keep an outcome, its lessons, uses and priors; the one of the same plan that counted so far gives way."""
    outcome = record.outcome
    # Two who report on one plan at once take turns; a SQLite file has one writer anyway.
    one = select(plans.c.plan_id).where(plans.c.tenant == tenant, plans.c.plan_id == outcome.plan)
    connection.execute(one.with_for_update())
    known = select(outcomes.c.outcome_id).where(
        outcomes.c.tenant == tenant, outcomes.c.plan_id == outcome.plan, outcomes.c.status == COUNTED
    )
    counted = list(connection.execute(known).scalars())
    if outcome.id in counted:
        return
    for earlier in counted:
        _replace(connection, earlier, tenant)
    number = _next_number(connection, tenant)
    _put(connection, outcomes, _outcome_row(outcome, number), tenant)
    for lesson in record.lessons:
        row: dict[str, object] = {
            "lesson_id": lesson.id,
            "outcome_id": outcome.id,
            "status": lesson.status,
            "learnt_on": lesson.learnt_on.isoformat(),
            "text": lesson.model_dump_json(exclude=_COUNTERS),
        }
        _put(connection, lessons, row, tenant)
    for use in record.uses:
        verdict = "helped" if use.has_helped else "hurt"
        _put(connection, lesson_uses, {"lesson_id": use.lesson, "outcome_id": outcome.id, "verdict": verdict}, tenant)
    for prior in record.priors:
        _put(connection, priors, _prior_row(prior, number), tenant)


def _replace(connection: Connection, outcome_id: str, tenant: str) -> None:
    """Let an outcome count no longer: nothing of it is used, its lessons stay to be read."""
    for table in (lesson_uses, priors):
        connection.execute(delete(table).where(table.c.tenant == tenant, table.c.outcome_id == outcome_id))
    for table in (outcomes, lessons):
        status = REPLACED if table is outcomes else "withdrawn"
        here = (table.c.tenant == tenant, table.c.outcome_id == outcome_id)
        connection.execute(update(table).where(*here).values(status=status))
    rests_on_it = select(priors.c.text, priors.c.metric, priors.c.channel, priors.c.outcome_id)
    for row in connection.execute(rests_on_it.where(priors.c.tenant == tenant)).all():
        if outcome_id in ChannelPrior.model_validate_json(row.text).outcomes:
            connection.execute(
                delete(priors).where(
                    priors.c.tenant == tenant,
                    priors.c.metric == row.metric,
                    priors.c.channel == row.channel,
                    priors.c.outcome_id == row.outcome_id,
                )
            )


def _next_number(connection: Connection, tenant: str) -> int:
    last = connection.execute(select(func.max(outcomes.c.kept_at)).where(outcomes.c.tenant == tenant)).scalar()
    return int(last or 0) + 1


def _outcome_row(outcome: Outcome, number: int) -> dict[str, object]:
    return {
        "outcome_id": outcome.id,
        "plan_id": outcome.plan,
        "status": COUNTED,
        "metric": outcome.metric,
        "end_day": outcome.end.isoformat(),
        "recorded_on": outcome.recorded_on.isoformat(),
        "kept_at": number,
        "text": zlib.compress(outcome.model_dump_json().encode(), _FAST),
    }


def _prior_row(prior: ChannelPrior, number: int) -> dict[str, object]:
    return {
        "metric": prior.metric,
        "channel": prior.channel,
        "outcome_id": prior.outcome,
        "kept_at": number,
        "text": prior.model_dump_json(),
    }


def _put(connection: Connection, table: Table, row: dict[str, object], tenant: str) -> None:
    keys = [column.name for column in table.primary_key.columns]
    insert = insert_into(table, connection).values(tenant=tenant, **row)
    changed = {name: value for name, value in row.items() if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))
