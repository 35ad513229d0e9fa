"""Plans as a share of a tenant's data: exported whole, mended and sealed again, or deleted."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, delete, func, select

from nexusplanner.calculators.verification.erasing import without_person
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_pages import texts
from nexusplanner.persistence.plan_rows import plan_from
from nexusplanner.persistence.plan_sql import keep_plan
from nexusplanner.persistence.table_data import TableData
from nexusplanner.persistence.tables.evidence import evidence, plan_evidence
from nexusplanner.persistence.tables.plans import briefs, plan_texts, plan_words, plans
from nexusplanner.ports.personal_data import Amount, Kept

_BATCH = 100


class SqlPlanData:
    """The plans of a database, with the briefs and the evidence that they were made from.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many plans, briefs and items of evidence there are, and how long."""
        of = tenant_name(tenant)
        if not self._database.is_there:
            return ()
        tables = (("plans", plan_texts), ("briefs", briefs), ("evidence", evidence))
        with self._database.read() as connection:
            return tuple(filter(_is_any, (_amount(connection, kind, table, of) for kind, table in tables)))

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield plans, briefs and evidence; a plan holds its evidence as well."""
        of = tenant_name(tenant)
        if not self._database.is_there:
            return
        with self._database.read() as connection:
            ids = _ids(connection, of)
        for start in range(0, len(ids), _BATCH):  # nothing is left open between two batches
            with self._database.read() as connection:
                rows = _texts(connection, ids[start : start + _BATCH], of)
            for row in rows:
                yield Kept("plans", row.plan_id, cast(JsonObject, json.loads(zlib.decompress(row.text))))
        for kind, table in (("briefs", briefs), ("evidence", evidence)):
            yield from TableData(self._database, table, kind=kind, json_columns=("text",)).export(tenant=of)

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of plans; what no plan is made from any more goes."""
        of, changed = tenant_name(tenant), 0
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            ids = _ids(connection, of)
            for start in range(0, len(ids), _BATCH):
                for row in _texts(connection, ids[start : start + _BATCH], of):
                    changed += _mended(connection, row, person, of)
            if changed:
                _forget_orphans(connection, of)
        return changed

    def forget(self, *, tenant: str) -> int:
        """Delete plans, briefs and evidence."""
        of = tenant_name(tenant)
        if not self._database.is_there:
            return 0
        with self._database.begin() as connection:
            gone = [connection.execute(delete(t).where(t.c.tenant == of)).rowcount for t in (plans, evidence, briefs)]
            connection.execute(delete(plan_words).where(plan_words.c.tenant == of))
        return sum(gone)


def _amount(connection: Connection, kind: str, table: Table, tenant: str) -> Amount:
    size = func.coalesce(func.sum(func.length(table.c.text)), 0)
    items, length = connection.execute(select(func.count(), size).where(table.c.tenant == tenant)).one()
    return Amount(kind, int(items), int(length))


def _is_any(amount: Amount) -> bool:
    return amount.items > 0


def _mended(connection: Connection, row: Row[Any], person: Person, tenant: str) -> int:
    if not person.is_in(zlib.decompress(row.text).decode()):
        return 0
    left = without_person(plan_from(row), person)
    if left is None:
        return 0
    mine = plans.c.tenant == tenant, plans.c.plan_id == row.plan_id
    changed_at = connection.execute(select(plans.c.changed_at).where(*mine)).scalar_one()
    keep_plan(left, left.model_dump_json(), tenant, int(changed_at), connection)
    return 1


def _forget_orphans(connection: Connection, tenant: str) -> None:
    """Delete what no plan is made from any more."""
    cited = select(plan_evidence.c.sha256).where(plan_evidence.c.tenant == tenant)
    asked = select(plans.c.brief_sha).where(plans.c.tenant == tenant)
    connection.execute(delete(evidence).where(evidence.c.tenant == tenant, evidence.c.sha256.not_in(cited)))
    connection.execute(delete(briefs).where(briefs.c.tenant == tenant, briefs.c.sha256.not_in(asked)))


def _ids(connection: Connection, tenant: str) -> list[str]:
    found = select(plans.c.plan_id).where(plans.c.tenant == tenant).order_by(plans.c.plan_id)
    return list(connection.execute(found).scalars())


def _texts(connection: Connection, ids: list[str], tenant: str) -> list[Row[Any]]:
    """Return id, fingerprint and text of plans, in order."""
    return sorted(connection.execute(texts(ids, tenant=tenant)), key=lambda row: str(row.plan_id))
