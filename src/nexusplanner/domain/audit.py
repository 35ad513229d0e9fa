"""The audit log's nouns: what is noted, the entry it becomes, and the head that a chain of entries ends in.

An entry's hash covers its place, its moment, what was done to what, the hash of its payload and the entry before it;
so no entry can be changed, taken out, put in or moved without every later hash being wrong. Who did it, and any further
words, stand in the payload alone: a payload can be blanked when a person is erased, and the chain still holds.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal, cast, get_args

from pydantic import Field, StringConstraints

from nexusplanner.domain.model import DomainModel, JsonObject

AuditAction = Literal[
    "run.started",
    "run.waiting",
    "run.finished",
    "run.resumed",
    "run.cancelled",
    "run.failed",
    "plan.saved",
    "plan.refined",
    "plan.restored",
    "decision.asked",
    "decision.answered",
    "decision.refused",
    "outcome.recorded",
    "lesson.withdrawn",
    "tenant.changed",
    "grants.changed",
    "data.exported",
    "person.erased",
    "entries.blanked",
]
ACTIONS: tuple[AuditAction, ...] = get_args(AuditAction)
BLANKED: AuditAction = "entries.blanked"
"""What an erasure leaves in the chain; the action whose details name the entries that were blanked, as ``seqs``."""
PLANNER = "planner"
"""Who acts where no person does."""

Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}$")]
"""An id (``plan-…``, ``run-…``); never a person's name, for it is in the chain for good."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AuditNote(DomainModel):
    """Something to be noted."""

    action: AuditAction
    subject: Subject
    """What it was done to."""
    actor: str = PLANNER
    """Who did it."""
    details: JsonObject = Field(default_factory=dict)
    """Little and plain: ids, hashes, a reason. Never a secret."""


class AuditEntry(DomainModel):
    """One link of a tenant's chain."""

    seq: int
    """1 for the first."""
    at: str
    """When, in UTC, to the microsecond."""
    action: str
    subject: str
    payload: str
    """Actor, details and a salt as canonical JSON; empty after an erasure."""
    payload_sha256: str
    previous: str
    """Hash of the entry before; of the tenant's name for the first."""
    hash: str

    @property
    def actor(self) -> str:
        """Who did it; empty after an erasure."""
        return str(self._told().get("actor", ""))

    @property
    def details(self) -> JsonObject:
        """What else was noted; empty after an erasure."""
        details = self._told().get("details", {})
        return details if isinstance(details, dict) else {}

    def _told(self) -> JsonObject:
        try:
            told = json.loads(self.payload or "{}")
        except ValueError:  # changed: the chain's check says so
            return {}
        return cast(JsonObject, told) if isinstance(told, dict) else {}

    def __repr__(self) -> str:
        return f"<AuditEntry {self.seq} {self.at} {self.action} {self.subject} by {self.actor or '(erased)'!r}>"


class AuditHead(DomainModel):
    """Where a chain ends: keep it elsewhere, and nobody can cut the chain or write it anew unseen."""

    tenant: str
    seq: int
    """How many entries there are."""
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def moment(at: datetime) -> str:
    """Write a moment as it stands in an entry: ``2026-11-02T09:30:00.000000Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
