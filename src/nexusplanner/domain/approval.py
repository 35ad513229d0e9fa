"""Approval: a question about a plan, the rules of who may answer it until when, and what was decided."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.change import Change, Refusal
from nexusplanner.domain.decision import Decision, Edits
from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import ApprovalError

Verdict = Literal["approved", "rejected", "edited"]
MOST = 4_000
"""Characters of a reason, or of edits in words; more belongs into the brief."""


class Question(DomainModel):
    """What a waiting run asks. Whoever answers, answers about this plan and no other."""

    key: str
    """Names the question for good: no other question of any run has the same."""
    number: int = 1
    """The how-manieth question of its run."""
    plan_id: str
    plan_sha256: str
    """Hash of the content that is asked about."""
    approvers: tuple[str, ...]
    """Any one of them decides."""
    question: str
    asked_at: datetime
    expires_at: datetime | None = None
    refused: tuple[Refusal, ...] = ()
    """What the last answer asked to be edited and could not be."""
    problem: str = ""
    """Why the last answer did not count."""


class Decided(DomainModel):
    """A decision as it is written down, once."""

    question: str
    """The question's key."""
    run_id: str
    plan_id: str
    plan_sha256: str
    verdict: Verdict
    by: str
    """Who decided; empty where the caller did not say."""
    reason: str
    edits: Edits = ""
    asked_at: datetime
    decided_at: datetime

    def is_answered_by(self, decision: Decision) -> bool:
        """Tell whether a decision says what was written down."""
        said = (verdict_of(decision), decision.by, decision.reason, decision.edits)
        return said == (self.verdict, self.by, self.reason, self.edits)

    def __str__(self) -> str:
        return f"{self.verdict} by {self.by or 'an approver'} on {self.decided_at:%Y-%m-%d}"


class Approval(DomainModel):
    """Who decided what about a plan, and when; a part of the plan that its id does not cover."""

    verdict: Verdict
    by: str
    """Who decided; empty where the caller did not say."""
    at: datetime
    reason: str = ""
    sha256: str
    """Hash of the content that was decided about."""
    edits: Edits = ""
    """What the approver changed: feedback in words, or typed changes."""


def question_key(run: str, plan_sha256: str, number: int) -> str:
    """Name a question by its run, the plan and its place among the questions of the run."""
    return hashlib.sha256(canonical([run, plan_sha256, number]).encode()).hexdigest()[:32]


def verdict_of(decision: Decision) -> Verdict:
    """Say what a decision amounts to."""
    if not decision.approve:
        return "rejected"
    return "edited" if decision.edits else "approved"


def check_answer(question: Question, decision: Decision, *, now: datetime) -> None:
    """Check that a decision answers a question: in time, about this very plan, by somebody who may.

    Raises:
        ApprovalError: It does not; says why.
    """
    if question.expires_at is not None and now >= question.expires_at:
        raise ApprovalError(
            f"The question expired on {question.expires_at:%Y-%m-%d %H:%M} UTC.",
            fix="Plan or refine again: the world has moved on since it was asked.",
        )
    if decision.by and decision.by not in question.approvers:
        raise ApprovalError(
            f"{decision.by!r} is not an approver.", fix=f"Approvers: {', '.join(question.approvers) or 'none'}."
        )
    if decision.plan_sha256 and decision.plan_sha256 != question.plan_sha256:
        raise ApprovalError(
            f"The decision is about another content than {question.plan_id} has.",
            fix=f"Look at the plan again; its sha256 is {question.plan_sha256}.",
        )
    if decision.edits and not decision.approve:
        raise ApprovalError("A rejection cannot carry edits.", fix="Approve with edits, or reject and give a reason.")
    _check_length(decision)


def decided(question: Question, decision: Decision, *, run_id: str, now: datetime) -> Decided:
    """Write a checked decision down."""
    return Decided(
        question=question.key,
        run_id=run_id,
        plan_id=question.plan_id,
        plan_sha256=question.plan_sha256,
        verdict=verdict_of(decision),
        by=decision.by,
        reason=decision.reason,
        edits=decision.edits,
        asked_at=question.asked_at,
        decided_at=now,
    )


def approval_of(made: Decided, *, sha256: str, verdict: Verdict | None = None) -> Approval:
    """Say in the plan what was decided.

    Args:
        made: The decision.
        sha256: Hash of the content that it holds for: with edits, that of the version they gave.
        verdict: What it amounts to for this plan, where that differs.
    """
    return Approval(
        verdict=verdict or made.verdict,
        by=made.by,
        at=made.decided_at,
        reason=made.reason,
        sha256=sha256,
        edits=made.edits,
    )


def in_words(edits: Edits) -> str:
    """Return edits as one line to read."""
    if isinstance(edits, str):
        return " ".join(edits.split())
    return "; ".join(_told(change) for change in edits)


def _told(change: Change) -> str:
    rest = change.model_dump(mode="json", exclude={"kind", "quote", "reading"})
    return change.reading or f"{change.kind} {' '.join(str(value) for value in rest.values())}"


def _check_length(decision: Decision) -> None:
    edits: str | Sequence[Change] = decision.edits
    for name, size in (("reason", len(decision.reason)), ("edits", len(edits))):
        if size > MOST:
            raise ApprovalError(f"The {name} is {size:,} long, more than {MOST:,}.", fix="Say it in fewer words.")
