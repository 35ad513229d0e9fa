"""``nexusplanner verify``: every number of a plan is computed again, every citation resolved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nexusplanner.calculators.verification import Failure, VerificationReport

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN.json", help="The plan.json to check.", show_default=False)]


def verify(
    plan: PlanFile, *, json: Annotated[bool, typer.Option("--json", help="Print the report as JSON")] = False
) -> None:
    """Compute every figure of a plan again and resolve every citation; exit 1 and name each that fails."""
    from nexusplanner.calculators.verification import verify_plan
    from nexusplanner.cli.errors import FAILED
    from nexusplanner.cli.screen import print_json
    from nexusplanner.domain.plan_file import read_plan

    report = verify_plan(read_plan(plan))
    if json:
        print_json(report.model_dump_json(indent=1) + "\n")
    else:
        _print(report)
    if not report.ok:
        raise typer.Exit(FAILED)


def _print(report: VerificationReport) -> None:
    from nexusplanner.cli.screen import screen

    console = screen()
    console.print(f"{report.figures_recomputed} figures recomputed, from {report.calculations_recomputed} calculations")
    console.print(f"{report.citations_resolved} citations resolved")
    console.print(f"{report.numbers_traced} numbers in the text traced")
    console.print(f"{len(report.failures)} failed", style="green" if report.ok else "red")
    for failure in report.failures:
        console.print(_told(failure))


def _told(failure: Failure) -> str:
    from nexusplanner.rendering.format import folded

    sides = (("expected", failure.expected), ("found", failure.found))
    told = ", ".join(f"{name} {folded(value)}" for name, value in sides if value)
    return f"{folded(failure.where)}: {folded(failure.problem)}" + (f"; {told}" if told else "")
