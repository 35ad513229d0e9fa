"""How a plan is kept in rows, and read back."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from nexusplanner.domain.dollars import dollars, micros
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.money import minor_unit, to_minor_units
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.plan_summary import Outlook, PlannedTotal, PlanSummary
from nexusplanner.domain.sections import PlannedObjective
from nexusplanner.errors import StorageError
from nexusplanner.persistence.plan_place import PlanPlace
from nexusplanner.persistence.tables.plans import plans

Values = dict[str, object]
_FAST = 1
"""Deflating harder takes three times as long, and a tenth less space."""
SHOWN = tuple(column for column in plans.c if column.name not in {"kept_at", "changed_at", "seed", "brief_sha"})
"""The columns of a summary, and of its place in the list."""


def plan_row(plan: CampaignPlan, brief_sha: str, *, now: int) -> Values:
    """Return the row that a plan is listed by."""
    summary = PlanSummary.of(plan)
    return {
        "plan_id": plan.id,
        "root": plan.root,
        "parent": summary.parent,
        "version": plan.version,
        "status": plan.status,
        "day": plan.created_at.date().isoformat(),
        "kept_at": now,
        "changed_at": now,
        "seed": plan.seed,
        "brief_sha": brief_sha,
        "name": without_nul(summary.name),
        "summary": without_nul(summary.summary),
        "objective": summary.objective.model_dump_json(),
        "forecast": summary.forecast.model_dump_json(),
        "budget_minor": to_minor_units(plan.budget.total, plan.budget.currency),
        "currency": plan.budget.currency,
        "cost_micros": micros(plan.cost.usd),
        "calls": plan.cost.calls,
    }


def summary_of(row: Row[Any]) -> PlanSummary:
    """Read a summary back."""
    cent = minor_unit(row.currency)
    return PlanSummary(
        id=row.plan_id,
        version=row.version,
        root=row.root,
        parent=row.parent,
        tenant=row.tenant,
        created_at=datetime.fromisoformat(row.day).replace(tzinfo=UTC),
        status=row.status,
        name=row.name,
        summary=row.summary,
        objective=PlannedObjective.model_validate_json(row.objective),
        budget=PlannedTotal(total=Decimal(row.budget_minor) * cent, currency=row.currency),
        forecast=Outlook.model_validate_json(row.forecast),
        cost_usd=dollars(row.cost_micros),
        calls=row.calls,
    )


def place_of(row: Row[Any]) -> PlanPlace:
    """Return where a row stands in the list."""
    return PlanPlace(date.fromisoformat(row.day), row.number)


def packed(text: str) -> bytes:
    """Deflate a text."""
    return zlib.compress(text.encode(), _FAST)


def plan_from(row: Row[Any]) -> CampaignPlan:
    """Read a plan back from its id, text and fingerprint.

    Raises:
        StorageError: It is not what was kept, or no plan that this release knows.
    """
    try:
        text = zlib.decompress(row.text).decode()
    except (zlib.error, UnicodeDecodeError):
        text = ""
    if sha256_of(text) != row.sha256:
        raise StorageError(f"What is kept of {row.plan_id} is damaged.", fix="Restore the database from a copy.")
    try:
        return CampaignPlan.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise StorageError(
            f"{row.plan_id} cannot be read: {place}: {fault['msg']}.", fix="Use the release that kept it."
        ) from None


def without_nul(text: str) -> str:
    """Replace what PostgreSQL keeps in no text."""
    return text.replace("\0", "\ufffd")
