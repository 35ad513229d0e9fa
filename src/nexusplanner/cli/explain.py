"""``nexusplanner explain``: where a number or a statement of a plan comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.cli.show import PlanName

if TYPE_CHECKING:
    from rich.console import Console

    from nexusplanner.cli.chain import Step

Place = Annotated[
    str | None,
    typer.Argument(
        metavar="[WHAT]",
        help="The id of a claim, evidence or calculation, or a place such as budget.lines[0].amount.",
        show_default=False,
    ),
]


def explain(
    plan: PlanName, what: Place = None, *, tenant: options.Tenant = None, workspace: options.Workspace = None
) -> None:
    """Show what a number or statement rests on: calculation, inputs, evidence. Without WHAT: an overview."""
    from nexusplanner.cli.chain import chain_of
    from nexusplanner.cli.finding import find_plan
    from nexusplanner.cli.overview import overview
    from nexusplanner.cli.screen import screen

    found = find_plan(plan, workspace=workspace, tenant=tenant)
    console = screen()
    if what is None:
        overview(console, found)
    else:
        _print(console, chain_of(found, what))


def _print(console: Console, step: Step, depth: int = 0) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for i, line in enumerate((step.title, *step.lines)):
        text, indent = Text(line, style="bold" if i == 0 else ""), 2 * depth + (2 if i else 0)
        console.print(Padding(text, (0, 0, 0, indent)) if console.is_terminal else " " * indent + line)
    for below in step.below:
        _print(console, below, depth + 1)
