"""``nexusplanner doctor``: is everything there that a plan needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from nexusplanner.cli import options

if TYPE_CHECKING:
    from nexusplanner.cli.checkup import Check

_STYLES = {"good": "green", "warning": "yellow", "broken": "red"}


def doctor(*, workspace: options.Workspace = None, json: options.Json = False) -> None:
    """Check Python, packages, SQLite, models, workspace and settings; exit 1 if something is broken."""
    from nexusplanner.cli.errors import FAILED
    from nexusplanner.cli.screen import print_json

    found = _looked(workspace)
    if json:
        from json import dumps

        print_json(dumps([vars(check) for check in found], indent=1, ensure_ascii=False) + "\n")
    else:
        _print(found)
    if any(check.state == "broken" for check in found):
        raise typer.Exit(FAILED)


def _looked(workspace: options.Workspace) -> list[Check]:
    from nexusplanner.cli.checkup import Check, checks
    from nexusplanner.cli.opening import load_settings
    from nexusplanner.errors import ConfigurationError
    from nexusplanner.settings import Settings

    try:
        settings = load_settings(workspace=workspace)
    except ConfigurationError as error:
        return [Check("Settings", "broken", error.message, error.fix), *checks(Settings())]
    return [Check("Settings", "good", "read"), *checks(settings)]


def _print(found: list[Check]) -> None:
    from rich.text import Text

    from nexusplanner.cli.screen import screen
    from nexusplanner.rendering.format import folded

    console = screen()
    for check in found:
        fix = f" {folded(check.fix)}" if check.fix else ""
        line = Text.assemble(
            (f"{check.state:<8}", _STYLES[check.state]), f" {check.what}: {folded(check.detail)}.{fix}"
        )
        console.print(line)
