"""``nexusplanner show``: a plan, from a file or a workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from nexusplanner.cli import options

PlanName = Annotated[
    str, typer.Argument(metavar="PLAN", help="The path of a plan.json, or a plan's id.", show_default=False)
]


Version = Annotated[
    int, typer.Option(min=1, metavar="N", help="Which version of the plan is meant", show_default=False)
]


def show(
    plan: PlanName,
    *,
    version: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Another version of the plan than the one named")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print the whole plan, as Markdown")] = False,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    out: options.Out = None,
    json: options.Json = False,
) -> None:
    """Print a plan that was made before; with --out, write its files again."""
    from nexusplanner.cli.finding import find_plan
    from nexusplanner.cli.plan import check_folder
    from nexusplanner.cli.screen import print_json, screen
    from nexusplanner.cli.summary import print_summary

    if out is not None:
        check_folder(out)
    found = find_plan(plan, workspace=workspace, tenant=tenant, version=version)
    written = found.save(out) if out else ()
    if json:
        print_json(found.to_json())
    elif full:
        screen().print(found.to_markdown(), end="")
    elif not written:
        print_summary(screen(), found)
    for path in written:
        screen(is_error=json).print(str(path))
