"""``nexusplanner costs``: what models and tools cost, from the books of a workspace."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.planner.costs import CostLine

Grouping = Literal["tenant", "day", "model", "agent"]


def day(text: str) -> date:
    """Read a day.

    Raises:
        BadParameter: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write 2027-01-31.") from None


By = Annotated[Grouping, typer.Option(help="What each line sums up")]
Since = Annotated[date | None, typer.Option(metavar="DAY", parser=day, help="From this day on (UTC): 2027-01-31")]


def costs(
    *,
    by: By = "day",
    since: Since = None,
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
    json: options.Json = False,
) -> None:
    """Show what models and tools cost, of all tenants unless one is named."""
    from nexusplanner.cli.opening import load_settings, need_workspace, open_planner
    from nexusplanner.cli.screen import print_json, print_table, screen

    settings = load_settings(workspace=workspace, tenant=tenant)
    need_workspace(settings, "costs")
    with open_planner(settings) as planner:
        bill = planner.costs(by=by, since=since, tenant=tenant)
    if json:
        print_json(bill.model_dump_json(indent=1) + "\n")
        return
    if not bill.lines:
        screen(is_error=True).print(f"Nothing was spent in {settings.workspace}.")
        return
    header = (by.capitalize(), "USD", "Calls", "Cached", "Saved USD", "Tokens in", "Tokens out")
    rows = [_row(line) for line in (*bill.lines, bill.total)]
    print_table(screen(), header, rows, right=frozenset(range(1, len(header))))


def _row(line: CostLine) -> tuple[str, ...]:
    counts = (f"{line.tokens_in:,}", f"{line.tokens_out:,}")
    return (line.name, f"{line.usd:.4f}", f"{line.calls:,}", f"{line.cached_calls:,}", f"{line.saved_usd:.4f}", *counts)
