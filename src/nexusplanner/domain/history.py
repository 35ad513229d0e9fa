"""Channel history: what was spent where, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.quality import DataQuality


class ChannelSeries(DomainModel):
    """One channel over all periods; every tuple has the length of ``ChannelHistory.dates``."""

    spend: tuple[float, ...]
    impressions: tuple[float, ...] | None = None
    clicks: tuple[float, ...] | None = None
    conversions: tuple[float, ...] | None = None
    revenue: tuple[float, ...] | None = None


class ChannelHistory(DomainModel):
    """Spend and results by channel, on one regular grid of days or weeks.

    Long histories carry results per channel; wide ones carry one ``outcome`` for all channels
    together and need a joint fit.
    """

    source: str
    layout: Literal["long", "wide"]
    cadence: Literal["daily", "weekly"]
    dates: tuple[date, ...]
    """First day of each period, ascending, without gaps."""
    channels: dict[str, ChannelSeries]
    outcome_name: str | None = None
    outcome: tuple[float, ...] | None = None
    controls: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """Numeric drivers that are not media (competitor sales, newsletter sends)."""
    events: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """0/1 flags, one a named event."""
    quality: tuple[DataQuality, ...] = ()
