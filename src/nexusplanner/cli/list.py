"""``nexusplanner list``: the plans of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.domain.plan import CampaignPlan


def list_plans(
    *, tenant: options.Tenant = None, workspace: options.Workspace = None, json: options.Json = False
) -> None:
    """List the plans of a workspace, newest first."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "list")
    with open_planner(settings) as planner:
        plans = planner.list(tenant=settings.tenant)
    if json:
        print_json(_as_json(plans))
        return
    if not plans:
        screen(is_error=True).print(f"No plans of tenant {settings.tenant!r} in {settings.workspace}.")
        return
    header = ("Plan", "Version", "Day", "Campaign", "Money", "Objective", "Expected", "Status")
    print_table(screen(), header, [_row(plan) for plan in plans], right=frozenset({1, 4, 5, 6}))


def _row(plan: CampaignPlan) -> tuple[str, ...]:
    from nexusplanner.rendering.format import counted, folded, result, round_money

    currency, outlook = plan.budget.currency, plan.forecast
    return (
        plan.id,
        str(plan.version),
        plan.created_at.date().isoformat(),
        folded(plan.brief.name),
        round_money(plan.budget.total, currency),
        counted(plan.objective.target, plan.objective.metric, currency),
        result(outlook.p50, outlook.metric, currency),
        plan.status.replace("_", " "),
    )


def _as_json(plans: tuple[CampaignPlan, ...]) -> str:
    from json import dumps

    rows = [
        plan.model_dump(mode="json", include={"id", "version", "tenant", "created_at", "status", "objective"})
        | {"name": plan.brief.name}
        | {"budget": plan.budget.model_dump(mode="json", include={"total", "currency"})}
        | {"forecast": plan.forecast.model_dump(mode="json", exclude={"by_channel"})}
        for plan in plans
    ]
    return dumps(rows, indent=1, ensure_ascii=False) + "\n"
