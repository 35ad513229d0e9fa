"""``nexusplanner explain``: where any line of a plan comes from."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from nexusplanner.cli import options
from nexusplanner.cli.show import PlanName
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from nexusplanner.domain.explanation import Explanation

Line = Annotated[
    str | None,
    typer.Argument(
        metavar="[WHAT]",
        help="An id, a place such as budget.lines[0].amount, a channel, segment, criterion or calculator, 'choice', "
        "or some words of a line.",
        show_default=False,
    ),
]


class ChainFormat(StrEnum):
    """How a chain is written."""

    TEXT = "text"
    MERMAID = "mermaid"
    JSON = "json"


Format = Annotated[ChainFormat, typer.Option("--format", help="How the chain is written")]


def explain(
    plan: PlanName,
    what: Line = None,
    *,
    format: Format = ChainFormat.TEXT,  # noqa: A002 - the option's own name
    tenant: options.Tenant = None,
    workspace: options.Workspace = None,
) -> None:
    """Show what a line of a plan rests on: calculations, evidence, sources, verdicts. Without WHAT: an overview."""
    from nexusplanner.cli.finding import find_plan
    from nexusplanner.cli.overview import overview
    from nexusplanner.cli.screen import print_json, screen

    found = find_plan(plan, workspace=workspace, tenant=tenant)
    if what is None and format is not ChainFormat.TEXT:
        raise InputError(
            "only a chain has a format", field="--format", value=format.value, fix="Name a line, such as choice."
        )
    if what is None:
        overview(screen(), found)
        return
    explanation = found.explain(what)
    if format is ChainFormat.JSON:
        print_json(explanation.to_json())
    elif format is ChainFormat.MERMAID:
        print_json(explanation.to_mermaid())
    else:
        _print(screen(), explanation)


def _print(console: Console, explanation: Explanation) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from nexusplanner.rendering import told_lines

    for depth, line, is_node in told_lines(explanation):
        text, indent = Text(line, style="bold" if is_node else ""), 2 * depth
        console.print(Padding(text, (0, 0, 0, indent)) if console.is_terminal else " " * indent + line)
