"""A failure: one thing in a plan that does not add up, and where."""

from __future__ import annotations

from nexusplanner.domain.model import DomainModel


class Failure(DomainModel):
    """One thing that does not add up."""

    where: str
    """JSON pointer into plan.json (``/budget/lines/0/amount``)."""
    problem: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        sides = ", ".join(
            f"{name} {value}" for name, value in (("expected", self.expected), ("found", self.found)) if value
        )
        return f"{self.where}: {self.problem}" + (f" ({sides})" if sides else "")
