"""One cell is a finite number or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.adapters.history.cells import number, shown_cell


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_finite_number_is_read_to_the_last_digit(value: float) -> None:
    """What was written comes back."""
    assert number(repr(value)) == value


@pytest.mark.parametrize("cell", [None, "", "nan", "inf", "-Infinity", "1e999", "one", "1,5"])
def test_anything_else_is_none(cell: str | None) -> None:
    """Also what Python would call a number."""
    assert number(cell) is None


def test_a_cell_is_shown_short() -> None:
    """A reason stays one line."""
    assert shown_cell(None) == "blank"
    assert len(shown_cell("x" * 999)) == 42
