"""Too many bad rows refuse a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from nexusplanner.adapters.tables.bad_rows import BadValues, Rejects, quality_of, refuse_if_too_bad
from nexusplanner.adapters.tables.files import TableFile
from nexusplanner.domain.quality import BadRow, DataQuality
from nexusplanner.errors import InputError


@pytest.mark.parametrize(
    ("rows", "bad", "share", "is_refused"),
    [(100, 5, 0.05, False), (100, 6, 0.05, True), (1, 1, 1.0, True), (0, 0, 1.0, True), (10, 0, 0.0, False)],
)
def test_the_share_decides(rows: int, bad: int, share: float, is_refused: bool) -> None:
    """Up to the share is left out, above it or without any good row it is refused."""
    quality = DataQuality(source="x.csv", rows=rows, bad=bad, examples=(BadRow(source="x.csv", line=7, reason="odd"),))
    if not is_refused:
        refuse_if_too_bad(quality, max_bad_share=share)
        return
    with pytest.raises(InputError, match=r"x\.csv: (there are no rows|.* rows are bad, the first in line 7: odd)"):
        refuse_if_too_bad(quality, max_bad_share=share)


def test_rows_of_parquet_are_counted_as_in_csv() -> None:
    """The first row is line 2, below where a header would be."""
    table = TableFile(Path("x.parquet"), "parquet", ())
    quality = quality_of(table, well_formed=9, rejects=Rejects({}), values=BadValues(1, ((1, "odd"),)))
    assert quality.examples == (BadRow(source="x.parquet", line=2, reason="odd"),)
