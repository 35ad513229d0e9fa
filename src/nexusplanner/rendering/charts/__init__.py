"""Charts: plain inline SVG made by functions of calculations; each leaves itself out where its data is missing."""

from __future__ import annotations

from nexusplanner.rendering.charts.budget_split import budget_split
from nexusplanner.rendering.charts.chart import Chart, Key, Panel
from nexusplanner.rendering.charts.customer_values import customer_values
from nexusplanner.rendering.charts.experiment_intervals import experiment_intervals, segment_intervals
from nexusplanner.rendering.charts.experiment_need import experiment_need
from nexusplanner.rendering.charts.explanation_graph import explanation_graph
from nexusplanner.rendering.charts.forecast_fan import forecast_fan
from nexusplanner.rendering.charts.forecast_ranges import forecast_ranges
from nexusplanner.rendering.charts.holdout_shares import holdout_shares
from nexusplanner.rendering.charts.kpi_funnel import kpi_funnel
from nexusplanner.rendering.charts.look_read import look_read
from nexusplanner.rendering.charts.marginal_returns import marginal_returns
from nexusplanner.rendering.charts.outcome_ranges import outcome_ranges
from nexusplanner.rendering.charts.page import money_charts, time_charts
from nexusplanner.rendering.charts.response_curves import response_curves
from nexusplanner.rendering.charts.schedule import dated_schedule, schedule
from nexusplanner.rendering.charts.segment_sizes import segment_sizes
from nexusplanner.rendering.charts.stop_boundaries import design_boundaries, look_boundaries
from nexusplanner.rendering.charts.timeline_chart import timeline_chart
from nexusplanner.rendering.charts.weekly_flights import weekly_flights
from nexusplanner.rendering.charts.what_if_fan import what_if_fan

__all__ = [
    "Chart",
    "Key",
    "Panel",
    "budget_split",
    "customer_values",
    "dated_schedule",
    "design_boundaries",
    "experiment_intervals",
    "experiment_need",
    "explanation_graph",
    "forecast_fan",
    "forecast_ranges",
    "holdout_shares",
    "kpi_funnel",
    "look_boundaries",
    "look_read",
    "marginal_returns",
    "money_charts",
    "outcome_ranges",
    "response_curves",
    "schedule",
    "segment_intervals",
    "segment_sizes",
    "time_charts",
    "timeline_chart",
    "weekly_flights",
    "what_if_fan",
]
