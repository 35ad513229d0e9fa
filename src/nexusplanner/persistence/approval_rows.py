"""What becomes of a decision in every register: its note in the audit log, its row, and what an erasure leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from nexusplanner.domain.approval import Decided, in_words
from nexusplanner.domain.audit import AuditNote
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.person import Person
from nexusplanner.ports.personal_data import Kept

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
KIND = "approvals"
UNNAMED = "an approver"
_TEXTS = ("by", "reason", "edits")


def note_of(made: Decided) -> AuditNote:
    """Return what the audit log says of a decision."""
    return AuditNote(
        action="decision.answered",
        subject=made.plan_id,
        actor=made.by or UNNAMED,
        details={
            "run": made.run_id,
            "question": made.question,
            "sha256": made.plan_sha256,
            "verdict": made.verdict,
            "reason": made.reason,
            "edits": in_words(made.edits),
        },
    )


def row_of(made: Decided, *, tenant: str) -> dict[str, object]:
    """Return the row of a decision."""
    written = made.model_dump(mode="json")
    return {
        "tenant": tenant,
        **{name: written[name] for name in ("question", "run_id", "plan_id", "plan_sha256", "verdict", "reason")},
        "decided_by": made.by,
        "edits": canonical(written["edits"]),
        "asked_at": _micros(made.asked_at),
        "decided_at": _micros(made.decided_at),
    }


def decided_from(row: Mapping[str, object]) -> Decided:
    """Read a decision out of its row."""
    read = {key: value for key, value in row.items() if key not in ("tenant", "decided_by")}
    times = {name: _EPOCH + int(str(row[name])) * _TICK for name in ("asked_at", "decided_at")}
    return Decided.model_validate({**read, **times, "by": row["decided_by"], "edits": json.loads(str(row["edits"]))})


def without(made: Decided, person: Person) -> Decided | None:
    """Return a decision with a person taken out of it; None where nothing of it names one."""
    written = made.model_dump(mode="json")
    if not person.is_in({name: written[name] for name in _TEXTS}):
        return None
    return Decided.model_validate({**written, **{name: person.taken_out_of(written[name]) for name in _TEXTS}})


def kept(made: Decided) -> Kept:
    """Return a decision as it is exported."""
    return Kept(KIND, made.question, made.model_dump(mode="json"))


def _micros(at: datetime) -> int:
    return (at.astimezone(UTC) - _EPOCH) // _TICK
