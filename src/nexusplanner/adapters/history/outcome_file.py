"""Read what was reported of a campaign from a file."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.adapters.history.csv import MAX_BYTES
from nexusplanner.adapters.history.long import read_long
from nexusplanner.adapters.tables.connection import connect
from nexusplanner.adapters.tables.files import open_table
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.errors import InputError


def read_outcome(path: Path, *, max_bad_share: float) -> ChannelHistory:
    """Read one row a date and channel; columns go by the names that a history's go by.

    Args:
        path: A CSV or Parquet file.
        max_bad_share: Share of bad rows, 0-1, above which the file is refused.

    Raises:
        InputError: The file cannot be read, a column is missing, too many rows are bad, or the dates are neither
            daily nor weekly.
    """
    table = open_table(path)
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES // 2**20} MB", source=path.name, fix="Add the figures up by date.")
    with connect(threads=1) as con:
        return read_long(con, table, columns={}, max_bad_share=max_bad_share, date_format="")
