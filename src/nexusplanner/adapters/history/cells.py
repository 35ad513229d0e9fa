"""Read one cell of a table."""

from __future__ import annotations

import math


def number(cell: str | None) -> float | None:
    """Read a finite number; None where it is none."""
    try:
        value = float(cell or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def shown_cell(cell: str | None) -> str:
    """Show a cell in a reason: quoted and short."""
    return "blank" if cell is None else repr(cell[:40])
