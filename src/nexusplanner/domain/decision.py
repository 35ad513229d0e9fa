"""A person's decision about a plan that waits for approval."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.domain.change import Change, Refusal
from nexusplanner.domain.model import DomainModel

Edits = str | tuple[Change, ...]
"""What an approver changes: feedback in plain English, or typed changes; empty for nothing."""


class Decision(DomainModel):
    """Approve, reject, or approve with edits.

    With ``edits`` a new version is made, and that version is what is approved. If one of the edits cannot be made,
    nothing is approved: the run asks again, and says what was not done.
    """

    approve: bool
    by: str = ""
    """Who decides; one of the brief's approvers."""
    reason: str = ""
    edits: Edits = ""
    """Feedback in plain English (``"10 % from search to retention"``), or typed changes."""
    plan_sha256: str = ""
    """Hash of the content that was looked at; where the question is about another, the decision is refused."""


class Pending(DomainModel):
    """A question that waits for a decision."""

    id: str
    """Answer with this id; an answer to another id is refused."""
    plan_id: str
    approvers: tuple[str, ...]
    """Any one of them decides."""
    question: str
    plan_sha256: str = ""
    """Hash of the content that is asked about: hand it back with the decision to be sure."""
    asked_at: datetime | None = None
    expires_at: datetime | None = None
    """From then on no answer counts; None: it never expires."""
    refused: tuple[Refusal, ...] = ()
    """What the last answer asked to be edited and could not be."""
    problem: str = ""
    """Why the last answer did not count, where it came by another way than the planner's."""
