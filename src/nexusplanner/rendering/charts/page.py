"""The charts of a plan's page: those of the calculations that the plan's own figures come from."""

from __future__ import annotations

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import readings
from nexusplanner.rendering.charts.budget_split import budget_split
from nexusplanner.rendering.charts.chart import Chart
from nexusplanner.rendering.charts.forecast_fan import forecast_fan
from nexusplanner.rendering.charts.forecast_ranges import forecast_ranges
from nexusplanner.rendering.charts.kpi_funnel import kpi_funnel
from nexusplanner.rendering.charts.marginal_returns import marginal_returns
from nexusplanner.rendering.charts.response_curves import response_curves
from nexusplanner.rendering.charts.schedule import schedule
from nexusplanner.rendering.charts.stop_boundaries import look_boundaries
from nexusplanner.rendering.charts.weekly_flights import weekly_flights
from nexusplanner.rendering.charts.what_if_fan import what_if_fan


def money_charts(plan: CampaignPlan) -> tuple[Chart, ...]:
    """Draw what the money buys, in the order a reader asks."""
    currency = plan.budget.currency
    outlook, split = readings.forecast(plan), readings.allocation(plan)
    curves = plan.calculation("response_curves") if split else None
    made = (
        forecast_ranges(outlook, currency=currency),
        forecast_fan(outlook, currency=currency),
        budget_split(split),
        response_curves(curves, chosen=split, currency=currency),
        marginal_returns(split),
        what_if_fan(plan.calculation("what_if")),
        kpi_funnel(plan.calculation("kpi_tree"), currency=currency),
    )
    return tuple(chart for chart in made if chart is not None)


def time_charts(plan: CampaignPlan) -> tuple[Chart, ...]:
    """Draw what happens when."""
    test = look_boundaries(plan.calculation("experiment_looks"))
    made = (schedule(plan), weekly_flights(readings.flights(plan)), test)
    return tuple(chart for chart in made if chart is not None)
