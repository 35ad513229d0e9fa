"""``nexusplanner resume``: decide about a plan that waits for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.errors import ApprovalError, InputError

if TYPE_CHECKING:
    from nexusplanner.planner import Planner


def resume(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id, as 'plan' printed it.", show_default=False)],
    *,
    approve: Annotated[bool | None, typer.Option("--approve/--reject", help="The decision", show_default=False)] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides: one of the brief's approvers")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why")] = "",
    edit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help='With --approve: change this first ("10 % from search to retention"), and approve what comes of it',
            show_default=False,
        ),
    ] = None,
    sha256: Annotated[
        str, typer.Option(metavar="HASH", help="Hash of the content that was looked at; refused if it is another")
    ] = "",
    question: Annotated[
        str | None, typer.Option(metavar="ID", help="Which question is answered, where several wait")
    ] = None,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    out: options.Out = None,
    json: options.Json = False,
) -> None:
    """Approve or reject a plan that waits, or approve it with edits, and let its run end."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.plan import check_folder
    from nexusplanner.cli.report import report
    from nexusplanner.domain.decision import Decision

    if approve is None:
        raise InputError("no decision was given", field="resume", fix="Add --approve or --reject.")
    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "resume")
    folder = out or settings.plan.out
    if folder is not None:
        check_folder(folder)
    decision = Decision(approve=approve, by=by, reason=reason, edits="\n".join(edit or ()), plan_sha256=sha256)
    with open_planner(settings) as planner:
        asked = question or _only_question(planner, run, settings.tenant)
        result = planner.resume(run, {asked: decision}, tenant=settings.tenant)
    report(result, settings=settings, out=folder, is_json=json)


def _only_question(planner: Planner, run: str, tenant: str) -> str:
    from nexusplanner.planner.approving import pending_of
    from nexusplanner.planner.runs import thread_of

    pending = pending_of(planner.graph.get_state(thread_of(tenant, run)))
    if not pending:
        raise ApprovalError(f"Run {run[:80]!r} waits for nothing.", fix="Check the id, the tenant and the workspace.")
    if len(pending) > 1:
        raise InputError(
            "several questions wait",
            field="resume",
            fix=f"Add --question with one of {', '.join(p.id for p in pending)}.",
        )
    return pending[0].id
