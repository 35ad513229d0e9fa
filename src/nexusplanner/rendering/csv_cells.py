"""Cells of CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

from nexusplanner.rendering.format import clean

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet run a cell, the full-width forms included."""


def safe_cell(cell: str) -> str:
    """Put a quotation mark before a cell that a spreadsheet would run."""
    text = clean(cell)
    starts = (cell[:1], text[:1], text.lstrip()[:1])
    return f"'{text}" if any(start in _FORMULA for start in starts if start) else text
