"""Charts: plain inline SVG made by small functions; each leaves itself out where its data is missing."""

from __future__ import annotations

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.charts.budget_split import budget_split
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.forecast_ranges import forecast_ranges
from nexusplanner.rendering.charts.marginal_returns import marginal_returns
from nexusplanner.rendering.charts.response_curves import response_curves
from nexusplanner.rendering.charts.schedule import schedule
from nexusplanner.rendering.charts.weekly_flights import weekly_flights
from nexusplanner.rendering.charts.what_if_fan import what_if_fan

__all__ = [
    "Chart",
    "Key",
    "Panel",
    "budget_split",
    "forecast_ranges",
    "marginal_returns",
    "money_charts",
    "response_curves",
    "schedule",
    "time_charts",
    "weekly_flights",
    "what_if_fan",
]


def money_charts(plan: CampaignPlan) -> tuple[Chart, ...]:
    """Draw what the money buys, in the order a reader asks."""
    makers = (forecast_ranges, budget_split, response_curves, marginal_returns, what_if_fan)
    return tuple(chart for make in makers if (chart := make(plan)) is not None)


def time_charts(plan: CampaignPlan) -> tuple[Chart, ...]:
    """Draw what happens when."""
    return tuple(chart for make in (schedule, weekly_flights) if (chart := make(plan)) is not None)
