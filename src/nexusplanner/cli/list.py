"""``nexusplanner list``: the plans of a workspace."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from datetime import date

    from nexusplanner.domain.plan_summary import PlanSummary
    from nexusplanner.ports import Page

_WHICH = "Which plans"


class Status(StrEnum):
    """What became of a plan."""

    complete = "complete"
    needs_approval = "needs_approval"
    degraded = "degraded"
    refused = "refused"


Limit = Annotated[int, typer.Option(min=1, max=1000, metavar="N", rich_help_panel=_WHICH, help="Plans of one page")]
After = Annotated[
    str | None,
    typer.Option(metavar="PLACE", rich_help_panel=_WHICH, help="Where the page before ended, as it was told"),
]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", rich_help_panel=_WHICH, help="From this planning day on"),
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", rich_help_panel=_WHICH, help="Up to this planning day"),
]
OfStatus = Annotated[Status | None, typer.Option("--status", rich_help_panel=_WHICH, help="Of this status alone")]
Search = Annotated[
    str | None,
    typer.Option(
        metavar="WORDS", rich_help_panel=_WHICH, help="Words that name, objective, offering and summary must have"
    ),
]


def list_plans(
    *,
    limit: Limit = 50,
    after: After = None,
    since: Since = None,
    until: Until = None,
    status: OfStatus = None,
    search: Search = None,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """List the plans of a workspace, newest first."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "list")
    with open_planner(settings) as planner:
        plans = planner.list(
            limit=limit,
            after=after,
            since=_day(since),
            until=_day(until),
            status=None if status is None else status.value,
            search=search,
            fields="summary",
            tenant=settings.tenant,
        )
    if json:
        print_json(_as_json(plans))
    elif plans:
        header = ("Plan", "Version", "Day", "Campaign", "Money", "Objective", "Expected", "Status")
        print_table(screen(), header, [_row(plan) for plan in plans], right=frozenset({1, 4, 5, 6}))
    else:
        screen(is_error=True).print(f"No such plans of tenant {settings.tenant!r} in {settings.workspace}.")
    if plans.after is not None:
        screen(is_error=True).print(f"There are more: --after {plans.after}")


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _row(plan: PlanSummary) -> tuple[str, ...]:
    from nexusplanner.rendering.format import counted, folded, result, round_money

    currency, outlook = plan.budget.currency, plan.forecast
    return (
        plan.id,
        str(plan.version),
        plan.created_at.date().isoformat(),
        folded(plan.name),
        round_money(plan.budget.total, currency),
        counted(plan.objective.target, plan.objective.metric, currency),
        result(outlook.p50, outlook.metric, currency),
        plan.status.replace("_", " "),
    )


def _as_json(plans: Page[PlanSummary]) -> str:
    from json import dumps

    return dumps([plan.model_dump(mode="json") for plan in plans], indent=1, ensure_ascii=False) + "\n"
