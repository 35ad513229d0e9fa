"""The options that several verbs share, declared once."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

_DATA = "Data"
_RUN = "Run"
_OUTPUT = "Output"


def dollars(text: str) -> Decimal:
    """Read an amount of dollars, exactly.

    Raises:
        BadParameter: It is no finite amount, or below zero.
    """
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise typer.BadParameter(f"{text!r} is not an amount; write 1.50.")
    return amount


Brief = Annotated[
    Path, typer.Argument(metavar="BRIEF", help="The brief: a .yaml, .json or .toml file.", show_default=False)
]
Crm = Annotated[
    str | None,
    typer.Option(metavar="SPEC", rich_help_panel=_DATA, help="Customers: csv:transactions.csv,customers.csv"),
]
History = Annotated[
    str | None, typer.Option(metavar="SPEC", rich_help_panel=_DATA, help="Channel history: csv:history.csv")
]
Signals = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SPEC", rich_help_panel=_DATA, help="Market signals: rss:feed.xml, csv:news.csv or jsonl:news.jsonl"
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(metavar="SPEC", rich_help_panel=_DATA, help="What is remembered: folder:handbook or chroma:memory"),
]
Tool = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", rich_help_panel=_DATA, help="A further tool node: an installed one, by its name"),
]
Model = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SPEC",
        rich_help_panel=_RUN,
        help="A model, in order of preference: openai:NAME, bedrock:ID or rules. By default those with a key.",
    ),
]
LimitUsd = Annotated[
    Decimal | None,
    typer.Option(metavar="USD", parser=dollars, rich_help_panel=_RUN, help="What the run may cost; 1.00 by default"),
]
Tenant = Annotated[str | None, typer.Option(metavar="NAME", rich_help_panel=_RUN, help="Whose plans these are")]
Seed = Annotated[
    int | None,
    typer.Option(min=0, max=2**32 - 1, metavar="N", rich_help_panel=_RUN, help="Same input and seed, same plan"),
]
Workspace = Annotated[
    Path | None,
    typer.Option(metavar="DIR", rich_help_panel=_RUN, help="Keep plans and waiting runs here; else nothing is kept"),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        rich_help_panel=_OUTPUT,
        help="Write plan.json, plan.md, plan.html, calendar.ics, budget.csv and, of a run, timeline.json here",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", rich_help_panel=_OUTPUT, help="Print JSON alone; all else goes to standard error")
]
