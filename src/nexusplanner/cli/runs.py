"""``nexusplanner runs``: the runs of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.ports.runs import RunRow


def list_runs(
    *, tenant: options.Tenant = None, workspace: options.Workspace = None, json: options.Json = False
) -> None:
    """List the runs of a workspace, newest first: what is under way, waits, was interrupted or is done."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "runs")
    with open_planner(settings) as planner:
        runs = planner.runs(tenant=settings.tenant)
    if json:
        print_json(_as_json(runs))
        return
    if not runs:
        screen(is_error=True).print(f"No runs of tenant {settings.tenant!r} in {settings.workspace}.")
        return
    print_table(screen(), ("Run", "Began", "Campaign", "Status", "Plan"), [_row(run) for run in runs])


def _row(run: RunRow) -> tuple[str, ...]:
    from nexusplanner.rendering.format import folded

    began = run.created_at.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    return (run.run_id, began, folded(run.name), status_of(run), run.plan_id)


def status_of(run: RunRow) -> str:
    """Tell where a run stands; one whose process is gone is not running."""
    from nexusplanner.persistence.ledger_owner import is_gone

    if run.status == "running" and is_gone(run.owner.partition("#")[0]):
        return "interrupted"
    return "cancelling" if run.status == "running" and run.is_cancel_asked else run.status


def _as_json(runs: tuple[RunRow, ...]) -> str:
    from json import dumps

    rows = [
        {
            "id": run.run_id,
            "kind": run.kind,
            "tenant": run.tenant,
            "name": run.name,
            "status": status_of(run),
            "began": run.created_at.isoformat(),
            "changed": run.updated_at.isoformat(),
            "lives": run.lives,
            "plan": run.plan_id,
            "error": run.error,
        }
        for run in runs
    ]
    return dumps(rows, indent=1, ensure_ascii=False) + "\n"
