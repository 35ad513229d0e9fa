"""The application: its verbs, each in a file of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from nexusplanner.cli.ablate import ablate
from nexusplanner.cli.audit import audit
from nexusplanner.cli.cancel import cancel
from nexusplanner.cli.costs import costs
from nexusplanner.cli.decisions import decisions
from nexusplanner.cli.doctor import doctor
from nexusplanner.cli.errors import guarded
from nexusplanner.cli.estimate import estimate
from nexusplanner.cli.explain import explain
from nexusplanner.cli.lessons import lessons
from nexusplanner.cli.list import list_plans
from nexusplanner.cli.outcome import outcome
from nexusplanner.cli.plan import plan
from nexusplanner.cli.refine import refine
from nexusplanner.cli.resume import resume
from nexusplanner.cli.runs import list_runs
from nexusplanner.cli.show import show
from nexusplanner.cli.verify import verify
from nexusplanner.cli.versions import compare, restore

app = typer.Typer(
    name="nexusplanner",
    help="Plan marketing campaigns with agents: numbers from code, words from models, every claim with its evidence.",
    epilog="Works with no key and no network. Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 a limit.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, _verb in (
    ("plan", plan),
    ("verify", verify),
    ("show", show),
    ("explain", explain),
    ("list", list_plans),
    ("refine", refine),
    ("compare", compare),
    ("restore", restore),
    ("runs", list_runs),
    ("resume", resume),
    ("cancel", cancel),
    ("outcome", outcome),
    ("lessons", lessons),
    ("estimate", estimate),
    ("costs", costs),
    ("audit", audit),
    ("ablate", ablate),
    ("decisions", decisions),
    ("doctor", doctor),
):
    app.command(_name)(_verb)


def _version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"nexusplanner {version('nexusplanner')}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    *,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            envvar="NEXUSPLANNER_USER",
            help="Who acts, where roles were granted; by default the app itself.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version  # it was answered before
    if user is not None:
        from nexusplanner.domain.access import user_name
        from nexusplanner.tenancy import acting_as

        context.with_resource(acting_as(user_name(user)))


def run(arguments: Sequence[str]) -> int:
    """Run the command line on some arguments and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign still gets the rest
    return guarded(lambda: _run(list(arguments)))


def _run(arguments: list[str]) -> int:
    code = typer.main.get_command(app).main(arguments, prog_name="nexusplanner", standalone_mode=False)
    return code if isinstance(code, int) else 0
