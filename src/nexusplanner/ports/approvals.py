"""Approvals: what people decided about plans, each written down once."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from nexusplanner.domain.approval import Decided
from nexusplanner.ports.personal_data import TenantData


@runtime_checkable
class Approvals(TenantData, Protocol):
    """A register of decisions. Its methods block for a moment: call them in a thread where others wait."""

    def record(self, made: Decided, *, tenant: str) -> Decided:
        """Write a decision down, and note it in the audit log, both or neither.

        Returns:
            The decision that counts: this one, or the one that was there before, whoever made it.
        """
        ...

    def find(self, question: str, *, tenant: str) -> Decided | None:
        """Return what was decided about a question, or None."""
        ...

    def of_run(self, run_id: str, *, tenant: str) -> tuple[Decided, ...]:
        """Return what was decided in a run, in the order it was asked."""
        ...

    def list(self, *, tenant: str, limit: int = 500, after: str = "") -> tuple[Decided, ...]:
        """Return decisions in the order they were made, those after a question's key."""
        ...
