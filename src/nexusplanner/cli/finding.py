"""Finding a plan: by the path of its plan.json, or by its id in a workspace."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
from nexusplanner.domain.plan import CampaignPlan


def find_plan(name: str, *, workspace: Path | None, tenant: str | None, version: int | None = None) -> CampaignPlan:
    """Return the plan that a path or an id names, or another version of it.

    Raises:
        InputError: There is no such file or plan, or it is no plan.
        ConfigurationError: An id was given, and there is no workspace to look in.
    """
    if is_path(name):
        plan = CampaignPlan.load(name)
        if version in (None, plan.version):
            return plan
        name = plan.id
    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, f"Finding a plan by its id, {name[:80]!r},")
    with open_planner(settings) as planner:
        return planner.show(name, version=version, tenant=settings.tenant)


def is_path(name: str) -> bool:
    """Whether a name is meant as a file rather than as an id."""
    return name.endswith(".json") or "/" in name or "\\" in name or Path(name).exists()
