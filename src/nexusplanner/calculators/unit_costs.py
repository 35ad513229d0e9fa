"""Unit costs: what impressions, clicks and conversions have cost lately, by channel."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.model import JsonObject

RECENT_WEEKS = 13
"""A quarter: long enough that single weeks do not show, short enough to follow prices."""
_LEAST_SPELLS = 4
"""With money in fewer recent weeks than this, a channel's costs are those of all its rows."""
_COLUMNS = ("impressions", "clicks", "conversions", "revenue")


class Past(BaseModel):
    """What some rows of a channel add up to; None where the history does not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spend: float = 0.0
    impressions: float | None = None
    clicks: float | None = None
    conversions: float | None = None
    revenue: float | None = None

    @property
    def cpm(self) -> float | None:
        """Money a thousand impressions: ``1000 spend / impressions``."""
        return times(ratio(self.spend, self.impressions), 1000.0)

    @property
    def cpc(self) -> float | None:
        """Money a click: ``spend / clicks``."""
        return ratio(self.spend, self.clicks)

    @property
    def cpa(self) -> float | None:
        """Money a conversion: ``spend / conversions``."""
        return ratio(self.spend, self.conversions)

    @property
    def ctr(self) -> float | None:
        """Clicks an impression, 0-1: ``clicks / impressions``."""
        return ratio(self.clicks, self.impressions)

    @property
    def cvr(self) -> float | None:
        """Conversions a click: ``conversions / clicks``."""
        return ratio(self.conversions, self.clicks)

    @property
    def aov(self) -> float | None:
        """Money a conversion brings: ``revenue / conversions``."""
        return ratio(self.revenue, self.conversions)

    @property
    def costs(self) -> dict[str, float | None]:
        """Every unit cost and rate by name."""
        return {name: getattr(self, name) for name in ("cpm", "cpc", "cpa", "ctr", "cvr", "aov")}


def recent_past(history: ChannelHistory) -> dict[str, JsonObject]:
    """Add up each channel's rows: all of them, and the last 13 weeks.

    Prices of media drift, and a plan buys at tomorrow's: so the unit costs are those of the last
    quarter. A channel with money in fewer than four weeks of it, or a history that is no longer than
    that, is told by all rows instead.

    Returns:
        Channel -> ``chosen`` and ``all`` (sums), ``basis`` (``recent`` or ``all``) and ``rows`` (how many
        rows of the history ``chosen`` adds up).
    """
    per_week = 7 if history.cadence == "daily" else 1
    rows = len(history.dates)
    recent = min(RECENT_WEEKS * per_week, rows)
    found: dict[str, JsonObject] = {}
    for name, series in history.channels.items():
        spells = sum(any(series.spend[k : k + per_week]) for k in range(rows - recent, rows, per_week))
        is_recent = recent < rows and spells >= _LEAST_SPELLS
        found[name] = {
            "basis": "recent" if is_recent else "all",
            "rows": recent if is_recent else rows,
            "chosen": _sums(series, rows - recent if is_recent else 0),
            "all": _sums(series, 0),
        }
    return found


def _sums(series: ChannelSeries, first: int) -> JsonObject:
    def total(values: Sequence[float] | None) -> float | None:
        return None if values is None else float(sum(values[first:]))

    return {"spend": total(series.spend), **{column: total(getattr(series, column)) for column in _COLUMNS}}


def ratio(top: float | None, bottom: float | None) -> float | None:
    """Divide; None where either is unknown or there is nothing to divide by."""
    return top / bottom if top is not None and bottom else None


def times(one: float | None, other: float | None) -> float | None:
    """Multiply; None where either is unknown."""
    return one * other if one is not None and other is not None else None
