"""The report: what a finished or waiting run leaves on the screen and on the disk."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.cli.screen import heading, print_json, print_table, screen
from nexusplanner.cli.summary import print_head, print_summary
from nexusplanner.domain.decision import Pending
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import BriefIncomplete
from nexusplanner.rendering.format import folded

if TYPE_CHECKING:
    from rich.console import Console

    from nexusplanner.planner import PlanResult
    from nexusplanner.settings import Settings

_SHOWS = {
    "plan.json": "the whole plan, to verify, explain and keep",
    "plan.md": "the plan to read",
    "plan.html": "the plan with charts, in one page for a browser",
    "timeline.json": "who worked when on it, on which rung and for how much",
    "calendar.ics": "the activities, for a calendar",
    "budget.csv": "the money by channel and week, for a spreadsheet",
}


def report(result: PlanResult, *, settings: Settings, out: Path | None, is_json: bool) -> None:
    """Write the files that were asked for, then print the plan and where to go next.

    Raises:
        StorageError: The folder cannot be written.
        BriefIncomplete: There is no plan, as the brief leaves questions open.
    """
    plan = result.plan
    if plan is None:
        raise BriefIncomplete(result.questions, missing=["what is asked below"])
    written = result.save(out) if out else ()
    console = screen(is_error=is_json)
    if is_json:
        print_json(plan.to_json())
    elif written:
        print_head(console, plan)
    else:
        print_summary(console, plan)
    if written:
        heading(console, "Written")
        print_table(console, ("File", "Shows"), [(str(path), _SHOWS[path.name]) for path in written])
    if result.pending or not is_json:
        _next(console, result, plan, settings=settings, saved=written[0] if written else None)


def _next(console: Console, result: PlanResult, plan: CampaignPlan, *, settings: Settings, saved: Path | None) -> None:
    heading(console, "Next")
    if result.pending:
        for line in _waiting(result, settings):
            console.print(line)
    kept = settings.workspace is not None
    if saved is None and not kept:
        console.print("Nothing was kept: add --out DIR for files, or --workspace DIR to keep plans.")
        return
    options = "" if saved else _where(settings)
    name = shlex.quote(str(saved)) if saved else plan.id
    if saved:
        console.print(f"nexusplanner verify {name}")
    else:
        console.print(f"nexusplanner show {name}{options}")
    console.print(f"nexusplanner explain {name} budget.lines[0].amount{options}")


def _waiting(result: PlanResult, settings: Settings) -> Iterable[str]:
    asked: list[Pending] = list(result.pending)
    who = ", ".join(folded(name) for pending in asked for name in pending.approvers)
    for pending in asked:
        yield from (f"Not done: {folded(r.quote)}: {folded(r.reason)}" for r in pending.refused)
    until = next((f" until {p.expires_at:%Y-%m-%d}" for p in asked if p.expires_at), "")
    yield f"The plan waits for approval by {who}{until}; any one of them decides."
    if settings.workspace is None:
        yield (
            "It cannot be resumed later, as no workspace keeps the run: "
            "run again with --workspace DIR, then approve it with 'nexusplanner resume'."
        )
        return
    by = shlex.quote(asked[0].approvers[0]) if asked[0].approvers else "NAME"
    for decision in ("--approve", "--reject"):
        yield f"nexusplanner resume {result.run_id} {decision} --by {by}{_where(settings)}"


def _where(settings: Settings) -> str:
    from nexusplanner.domain.tenant import DEFAULT_TENANT

    tenant = "" if settings.tenant == DEFAULT_TENANT else f" --tenant {shlex.quote(settings.tenant)}"
    return f" --workspace {shlex.quote(str(settings.workspace))}{tenant}"
