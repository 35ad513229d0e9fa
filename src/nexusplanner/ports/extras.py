"""What a port may say beyond its calls; those who ask look first whether it does."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol, runtime_checkable

from nexusplanner.domain.quality import DataQuality


@runtime_checkable
class ReportsQuality(Protocol):
    """Counts the rows it left out."""

    def quality(self) -> DataQuality:
        """Tell how many rows the last call read, and which it left out."""
        ...


@runtime_checkable
class HasNotes(Protocol):
    """Has something to say that a plan's reader should know."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Tell what a reader should know."""
        ...


@runtime_checkable
class ChargesFee(Protocol):
    """Costs money each time it is asked; the run's purse pays."""

    @property
    def fee_usd(self) -> Decimal | float | str:
        """Tell what one call costs, in USD."""
        ...


@runtime_checkable
class Closable(Protocol):
    """Holds something open."""

    def close(self) -> None:
        """Let go of it."""
        ...
