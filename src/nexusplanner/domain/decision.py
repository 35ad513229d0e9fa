"""A person's decision about a plan that waits for approval."""

from __future__ import annotations

from nexusplanner.domain.model import DomainModel


class Decision(DomainModel):
    """Approve or reject, and why."""

    approve: bool
    by: str = ""
    """Who decides; one of the brief's approvers."""
    reason: str = ""


class Pending(DomainModel):
    """A question that waits for a decision."""

    id: str
    """Answer with this id; an answer to another id is refused."""
    plan_id: str
    approvers: tuple[str, ...]
    question: str
