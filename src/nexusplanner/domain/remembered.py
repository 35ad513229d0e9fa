"""Remembered: what is recalled when one asks for it - a plan, an outcome or a lesson."""

from __future__ import annotations

from datetime import date
from typing import Literal

from nexusplanner.domain.model import DomainModel


class Remembered(DomainModel):
    """One thing that a tenant's earlier runs left, and how much it matters to what was asked."""

    kind: Literal["plan", "outcome", "lesson"]
    id: str
    text: str
    as_of: date
    trusted: bool
    """Whether its words are the house's own; a plan's may quote what others wrote."""
    score: float
    """0-1, by relevance, recency and how it turned out; see ``Recall``."""
