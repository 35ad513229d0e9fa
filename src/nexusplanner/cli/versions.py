"""``nexusplanner compare`` and ``restore``: what differs between versions of a plan, and the way back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.cli.show import PlanName, Version

if TYPE_CHECKING:
    from pathlib import Path

    from nexusplanner.domain.plan import CampaignPlan

Other = Annotated[
    str | None,
    typer.Argument(
        metavar="[OTHER]",
        help="What it is compared with: a version's number, a plan's id or a plan.json; else what it was made from.",
        show_default=False,
    ),
]


def compare(
    plan: PlanName,
    other: Other = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="Tell every place, not only the first of each kind")] = False,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """List everything in which a plan differs from another version of it."""
    from nexusplanner.cli.finding import find_plan
    from nexusplanner.cli.screen import print_json, screen
    from nexusplanner.domain.comparison import compare as differing
    from nexusplanner.rendering import to_difference_text

    after = find_plan(plan, workspace=workspace, tenant=tenant)
    found = differing(_other(after, other, workspace=workspace, tenant=tenant), after)
    if json:
        print_json(found.model_dump_json(indent=1) + "\n")
        return
    screen().print(to_difference_text(found, is_full=full) or "They plan the same.")


def restore(
    plan: PlanName,
    *,
    version: Version,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    out: options.Out = None,
    json: options.Json = False,
) -> None:
    """Make an earlier version of a plan the newest one; the versions in between stay."""
    from nexusplanner.cli.finding import is_path
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.plan import check_folder
    from nexusplanner.cli.screen import print_json, screen
    from nexusplanner.cli.summary import print_head
    from nexusplanner.domain.plan import CampaignPlan

    if out is not None:
        check_folder(out)
    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "restore")
    with open_planner(settings) as planner:
        name = CampaignPlan.load(plan).id if is_path(plan) else plan
        restored = planner.restore(name, version, tenant=settings.tenant)
    written = restored.save(out) if out else ()
    if json:
        print_json(restored.to_json())
    else:
        print_head(screen(), restored)
    for path in written:
        screen(is_error=json).print(str(path))


def _other(plan: CampaignPlan, other: str | None, *, workspace: Path | None, tenant: str | None) -> CampaignPlan:
    from nexusplanner.cli.finding import find_plan
    from nexusplanner.errors import InputError

    if other is not None and other.isdigit():
        return find_plan(plan.id, workspace=workspace, tenant=tenant, version=int(other))
    if other is None and plan.refinement is None:
        raise InputError("it is a first version", field="compare", value=plan.id, fix="Name what to compare it with.")
    name = other or (plan.refinement.parent if plan.refinement else "")
    return find_plan(name, workspace=workspace, tenant=tenant)
