"""Market signals: what was said outside, when, by whom, and what it is worth."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from nexusplanner.domain.model import DomainModel

SignalCategory = Literal[
    "competitor",
    "consumer",
    "economy",
    "platform",
    "regulation",
    "technology",
    "season",
    "other",
]


class SignalQuery(DomainModel):
    """What to look for and how far back."""

    terms: tuple[str, ...]
    """Words of the brief that make an item relevant."""
    since: date
    until: date
    limit: int = 50


class Signal(DomainModel):
    """One item as its source gave it; always untrusted text."""

    title: str
    text: str = ""
    url: str = ""
    published_at: datetime
    source: str
    locator: str = ""
    """Line or entry within the file or feed."""


class ScoredSignal(DomainModel):
    """A signal with what code thinks of it. All scores are 0-1, sentiment is -1 to 1."""

    signal: Signal
    category: SignalCategory
    relevance: float
    recency: float
    credibility: float
    sentiment: float
    score: float
    duplicates: int = 0
    """How many near-duplicates were merged into this one."""
