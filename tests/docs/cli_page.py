"""The page of the command line, from the application's own help."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from nexusplanner.cli.app import app

_HEAD = """\
# Command line

{help}

{epilog}
"""


def verbs() -> dict[str, TyperCommand]:
    """Return the application's verbs by name, in the order of its help."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return {name: verb for name, verb in group.commands.items() if isinstance(verb, TyperCommand) and not verb.hidden}


def cli_page(root: Path) -> str:
    """Write a section a verb: what it does, its arguments, its options."""
    del root
    head = _HEAD.format(help=app.info.help, epilog=app.info.epilog)
    return head + "".join(_section(name, verb) for name, verb in verbs().items())


def _section(name: str, verb: TyperCommand) -> str:
    arguments = " ".join((p.metavar or p.name or "").upper() for p in verb.params if isinstance(p, TyperArgument))
    told = inspect.cleandoc(verb.help or "")
    call = f"nexusplanner {name} {arguments}".strip()
    return f"\n## nexusplanner {name}\n\n```text\n{call}\n```\n\n{told}\n" + "".join(_options(verb))


def _options(verb: TyperCommand) -> Iterator[str]:
    options = [p for p in verb.params if isinstance(p, TyperOption) and not p.hidden and p.name != "help"]
    if options:
        yield "\n| option | what it does |\n|---|---|\n"
    for option in options:
        names = ", ".join(f"`{text}`" for text in (*option.opts, *option.secondary_opts))
        yield f"| {names} | {' '.join((option.help or '').split())} |\n"
