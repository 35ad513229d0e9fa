"""What was wrong with data that was read: rows counted, left out, and why."""

from __future__ import annotations

from nexusplanner.domain.model import DomainModel


class BadRow(DomainModel):
    """One row that was left out."""

    source: str
    line: int
    """1-based line in the file, the header being line 1."""
    reason: str


class DataQuality(DomainModel):
    """How many rows a source had, and which were left out."""

    source: str
    rows: int
    bad: int = 0
    examples: tuple[BadRow, ...] = ()
    """The first bad rows, at most twenty."""

    @property
    def bad_share(self) -> float:
        """Share of rows left out, 0-1."""
        return self.bad / self.rows if self.rows else 0.0
