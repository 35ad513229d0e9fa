"""Rendering: a campaign plan as Markdown, HTML, iCalendar, CSV and a notebook's card. Pure, but for ``save_plan``."""

from __future__ import annotations

from nexusplanner.rendering.budget_csv import to_budget_csv
from nexusplanner.rendering.calendar_file import to_icalendar
from nexusplanner.rendering.html import to_html
from nexusplanner.rendering.markdown import to_markdown
from nexusplanner.rendering.notebook import to_brief_notebook, to_notebook
from nexusplanner.rendering.plan_folder import save_plan

__all__ = ["save_plan", "to_brief_notebook", "to_budget_csv", "to_html", "to_icalendar", "to_markdown", "to_notebook"]
