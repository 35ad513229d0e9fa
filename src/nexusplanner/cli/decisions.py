"""``nexusplanner decisions``: what agents were asked and answered, from the log of a workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.domain.step import Step


def moment(text: str) -> datetime:
    """Read a day or a moment; without a zone it is one in UTC.

    Raises:
        BadParameter: It is none.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment; write 2027-01-31 or 2027-01-31T10:00.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


Run = Annotated[str | None, typer.Option("--run", metavar="ID", help="Of this run alone")]
Agent = Annotated[str | None, typer.Option(metavar="ROLE", help="By this agent alone: strategist, critic, debater …")]
Answered = Annotated[
    str | None, typer.Option("--by", metavar="MODEL", help="Answered by it: rules, or openai:gpt-5-mini")
]
Since = Annotated[datetime | None, typer.Option(metavar="DAY", parser=moment, help="From then on (UTC): 2027-01-31")]
Until = Annotated[datetime | None, typer.Option(metavar="DAY", parser=moment, help="Before then (UTC)")]
After = Annotated[str, typer.Option(metavar="PLACE", help="Go on where a page ended")]
Size = Annotated[int, typer.Option(min=1, max=1000, help="Decisions of a page")]
Export = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write all, or all of the run, as JSON lines into a file")
]


def decisions(
    *,
    run: Run = None,
    agent: Agent = None,
    by: Answered = None,
    since: Since = None,
    until: Until = None,
    after: After = "",
    size: Size = 100,
    export: Export = None,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """Show what agents were asked and answered, the oldest first; with --export, write it as JSON lines."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    if settings.storage.url is None:
        need_workspace(settings, "decisions")
    with open_planner(settings) as planner:
        if export is not None:
            count = planner.export_decisions(export, run=run, tenant=settings.tenant)
            screen(is_error=True).print(f"{count} decisions written to {export}.")
            return
        page = planner.decisions(
            run=run, agent=agent, model=by, since=since, until=until, after=after, size=size, tenant=settings.tenant
        )
    if json:
        print_json(page.model_dump_json(indent=1) + "\n")
        return
    _print(page.steps)
    if page.following:
        screen(is_error=True).print(f"There are more: --after {page.following}")


def _print(steps: tuple[Step, ...]) -> None:
    from nexusplanner.cli.screen import print_table, screen

    if not steps:
        screen(is_error=True).print("No decisions.")
        return
    header = ("At", "Run", "Agent", "Branch", "Task", "Answered by", "Score", "USD", "Seconds", "Lost")
    print_table(screen(), header, [_row(step) for step in steps], right=frozenset({6, 7, 8, 9}))


def _row(step: Step) -> tuple[str, ...]:
    from nexusplanner.rendering.format import folded

    return (
        f"{step.at:%Y-%m-%d %H:%M:%S}",
        step.run,
        step.agent,
        folded(step.branch),
        step.task,
        step.rung or f"nobody ({step.fault})",
        "" if step.score is None else f"{step.score:.2f}",
        f"{step.usd:.4f}",
        f"{step.took_s:.2f}",
        str(len(step.lost)),
    )
