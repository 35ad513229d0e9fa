"""``nexusplanner cancel``: end a run for good."""

from __future__ import annotations

from typing import Annotated

import typer

from nexusplanner.cli import options


def cancel(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id: see 'runs'.", show_default=False)],
    *,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
) -> None:
    """Cancel a run; one that is under way, in whatever process, stops before its next step or call."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "cancel")
    with open_planner(settings) as planner:
        row = planner.cancel(run, tenant=settings.tenant)
    told = {"cancelled": "is cancelled", "done": "is done already"}.get(row.status, "is asked to stop")
    screen(is_error=True).print(f"Run {row.run_id} {told}.")
