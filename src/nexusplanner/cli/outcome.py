"""``nexusplanner outcome``: what a campaign really brought, and what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.cli.show import PlanName

Reported = Annotated[
    Path,
    typer.Argument(
        metavar="OUTCOME",
        help="One row a date and channel: date, channel, spend and any of impressions, clicks, conversions, revenue.",
        show_default=False,
    ),
]


def outcome(
    plan: PlanName,
    rows: Reported,
    *,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """Report what a plan's campaign brought; later plans of the workspace learn from it."""
    from nexusplanner.cli.finding import is_path
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, screen
    from nexusplanner.domain.plan import CampaignPlan
    from nexusplanner.rendering import to_outcome_text

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "outcome")
    with open_planner(settings) as planner:
        given = CampaignPlan.load(plan) if is_path(plan) else plan
        report = planner.record_outcome(given, rows, tenant=settings.tenant)
    if json:
        print_json(report.model_dump_json(indent=1) + "\n")
        return
    screen().print(to_outcome_text(report).rstrip())
