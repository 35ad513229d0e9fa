"""A tool node: anything that looks something up for a brief."""

from __future__ import annotations

from datetime import date
from typing import Protocol, runtime_checkable

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.quality import DataQuality


class Findings(DomainModel):
    """What one tool node brought back."""

    tool: str
    evidence: tuple[Evidence, ...] = ()
    customers: CustomerSummary | None = None
    history: ChannelHistory | None = None
    quality: tuple[DataQuality, ...] = ()
    lost: str = ""
    """Why the tool brought nothing, where it failed; empty otherwise."""
    notes: tuple[str, ...] = ()
    """What the plan should say of the tool (which embedding answered, say)."""


@runtime_checkable
class ToolNode(Protocol):
    """A node of the research stage. It reads the brief and has no side effect."""

    @property
    def name(self) -> str:
        """Name of the node in the graph: letters, digits and ``_``."""
        ...

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Look up what bears on the brief."""
        ...
