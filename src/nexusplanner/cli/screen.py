"""The screen: consoles that never read markup out of what others wrote, and tables for people and for pipes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def screen(*, is_error: bool = False) -> Console:
    """Return a console on standard output, or on standard error.

    Colours are left out when piped or where ``NO_COLOR`` is set; lines are only folded on a terminal.
    """
    from rich.console import Console

    file = sys.stderr if is_error else sys.stdout
    return Console(file=file, markup=False, highlight=False, emoji=False, soft_wrap=not file.isatty())


def print_json(text: str) -> None:
    """Print JSON, or another text for machines, on standard output, in UTF-8 whatever the terminal speaks."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    buffer.write(text.encode("utf-8", "replace"))
    buffer.flush()


def print_table(
    console: Console, header: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()
) -> None:
    """Print a table: aligned and folded on a terminal, tabs between the columns when piped.

    Args:
        console: Where to.
        header: The names of the columns.
        rows: The cells.
        right: The columns of figures, set to the right.
    """
    if not console.is_terminal:
        for row in (header, *rows):
            console.file.write("\t".join(row) + "\n")  # print() would turn the tabs into spaces
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for i, name in enumerate(header):
        table.add_column(name, justify="right" if i in right else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def heading(console: Console, text: str) -> None:
    """Print a heading, with an empty line above."""
    console.print()
    console.print(text, style="bold")
