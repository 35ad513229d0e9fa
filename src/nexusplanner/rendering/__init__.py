"""Rendering: plans as Markdown, HTML, iCalendar, CSV and cards, calculations as pictures. Pure, but for what saves."""

from __future__ import annotations

from nexusplanner.rendering.budget_csv import to_budget_csv
from nexusplanner.rendering.calculation_card import to_calculation_card
from nexusplanner.rendering.calendar_file import to_icalendar
from nexusplanner.rendering.differences import to_difference_text
from nexusplanner.rendering.explanation_text import to_explanation_text, to_mermaid, told_lines
from nexusplanner.rendering.html import to_html
from nexusplanner.rendering.markdown import to_markdown
from nexusplanner.rendering.notebook import to_brief_notebook, to_notebook
from nexusplanner.rendering.outcome_text import outcome_lines, to_outcome_card, to_outcome_plot, to_outcome_text
from nexusplanner.rendering.plan_folder import save_plan
from nexusplanner.rendering.plot import Plot
from nexusplanner.rendering.plots import to_explanation_plot, to_plan_plot, to_plot, to_timeline_plot

__all__ = [
    "Plot",
    "outcome_lines",
    "save_plan",
    "to_brief_notebook",
    "to_budget_csv",
    "to_calculation_card",
    "to_difference_text",
    "to_explanation_plot",
    "to_explanation_text",
    "to_html",
    "to_icalendar",
    "to_markdown",
    "to_mermaid",
    "to_notebook",
    "to_outcome_card",
    "to_outcome_plot",
    "to_outcome_text",
    "to_plan_plot",
    "to_plot",
    "to_timeline_plot",
    "told_lines",
]
