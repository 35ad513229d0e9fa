"""Usage: what a tenant spent and keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from nexusplanner.domain.model import DomainModel
from nexusplanner.planner.costs import Costs, costs_by
from nexusplanner.ports.ledger import Spend
from nexusplanner.ports.personal_data import Amount


class Usage(DomainModel):
    """Calls, tokens and dollars of a tenant by day, model and agent, and what is kept for it now."""

    tenant: str
    since: date | None
    """The first day that is counted, in UTC; None is from the beginning. What is kept is counted in full."""
    by_day: Costs
    by_model: Costs
    by_agent: Costs
    kept: dict[str, int]
    """How many things there are of a kind: ``plans``, ``runs``, ``evidence`` …"""
    storage_bytes: int
    """What they take, as text, before compression and indexes."""

    @property
    def plans(self) -> int:
        """How many versions of plans are kept."""
        return self.kept.get("plans", 0)

    @property
    def runs(self) -> int:
        """How many runs are kept."""
        return self.kept.get("runs", 0)

    @classmethod
    def of(cls, tenant: str, spends: Iterable[Spend], amounts: Iterable[Amount], *, since: date | None) -> Usage:
        """Sum up what was spent and is kept."""
        spent, held = tuple(spends), tuple(amounts)
        return cls(
            tenant=tenant,
            since=since,
            by_day=costs_by("day", spent),
            by_model=costs_by("model", spent),
            by_agent=costs_by("agent", spent),
            kept={amount.kind: amount.items for amount in held if amount.items},
            storage_bytes=sum(amount.bytes for amount in held),
        )

    def __repr__(self) -> str:
        total = self.by_day.total
        return (
            f"<Usage of {self.tenant!r}: {total.usd} USD, {total.calls} calls, {self.plans} plans, "
            f"{self.storage_bytes:,} bytes>"
        )

    __str__ = __repr__
