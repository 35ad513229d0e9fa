"""``nexusplanner refine``: feedback makes the next version of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.cli.show import PlanName

if TYPE_CHECKING:
    from nexusplanner.planner import PlanResult

Feedback = Annotated[
    str,
    typer.Argument(
        metavar="FEEDBACK",
        help="What should be otherwise, in plain English: money, channels, dates, segments, tone, phrases.",
        show_default=False,
    ),
]


def refine(
    plan: PlanName,
    feedback: Feedback,
    *,
    model: options.Model = None,
    limit_usd: options.LimitUsd = None,
    tenant: options.Tenant = None,
    seed: options.Seed = None,
    workspace: options.Workspace = None,
    out: options.Out = None,
    json: options.Json = False,
) -> None:
    """Change a plan as asked, and what follows from it; exit 1 where nothing of it could be done."""
    from nexusplanner.cli.errors import FAILED
    from nexusplanner.cli.finding import is_path
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.plan import check_folder
    from nexusplanner.cli.report import report
    from nexusplanner.domain.plan import CampaignPlan

    settings = load_settings(workspace=workspace, tenant=tenant, limit_usd=limit_usd, models=model)
    folder = out or settings.plan.out
    if folder is not None:
        check_folder(folder)
    if not is_path(plan):
        need_workspace(settings, f"Finding a plan by its id, {plan[:80]!r},")
    with open_planner(settings) as planner:
        given = CampaignPlan.load(plan) if is_path(plan) else plan
        result = planner.refine(given, feedback, tenant=settings.tenant, seed=seed)
    _print(result, is_json=json)
    if not result.changes:
        raise typer.Exit(FAILED)
    report(result, settings=settings, out=folder, is_json=json)


def _print(result: PlanResult, *, is_json: bool) -> None:
    from nexusplanner.cli.screen import heading, screen
    from nexusplanner.rendering import to_difference_text
    from nexusplanner.rendering.format import folded

    console = screen(is_error=is_json)
    console.print("Changed" if result.changes else "Nothing was changed", style="bold")
    for change in result.changes:
        console.print(folded(change.reading))
    if result.refused:
        heading(console, "Refused")
    for refusal in result.refused:
        console.print(f"“{folded(refusal.quote)}”: {folded(refusal.reason)}")
    if result.changes and result.difference is not None:
        heading(console, "What differs")
        console.print(to_difference_text(result.difference))
        console.print()
