"""Cells of purchases are columns of one length."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nexusplanner.domain.purchases import PurchaseCells, SpendCells


def test_no_cells_are_cells() -> None:
    assert PurchaseCells().size == SpendCells().size == ()


@pytest.mark.parametrize(
    "columns",
    [
        {"size": (1, 2), "repeats": (1,), "spent": (2.0, 3.0)},
        {"size": (0,), "repeats": (1,), "spent": (2.0,)},
        {"size": (1,), "repeats": (-1,), "spent": (2.0,)},
    ],
    ids=["ragged", "nobody", "negative"],
)
def test_cells_that_cannot_be_are_refused(columns: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(ValidationError):
        SpendCells.model_validate(columns)
