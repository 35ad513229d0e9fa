"""A channel history in a CSV or Parquet file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from nexusplanner.adapters.history.fields import COLUMN_OPTIONS
from nexusplanner.adapters.history.long import is_long, read_long
from nexusplanner.adapters.history.wide import read_wide
from nexusplanner.adapters.tables.connection import connect
from nexusplanner.adapters.tables.files import Encoding, open_table
from nexusplanner.adapters.tables.kept import Kept
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.errors import InputError

MAX_BYTES = 512 * 1024 * 1024
"""A history is summed by period; a larger file holds something else."""


class CsvHistory:
    """Past performance in one file; satisfies the port ``History``.

    A table with columns for date, channel and spend is read as one row a date and channel (see
    :func:`~nexusplanner.adapters.history.long.read_long`); any other as one row a date with a column
    of spend a channel and one outcome (see :func:`~nexusplanner.adapters.history.wide.read_wide`).
    Columns of a wide table are told by their names: ``tv_S``, ``tv_spend``, ``spend_tv``, ``mdsp_tv``
    are spend, ``tv_I``, ``tv_impressions``, ``mdip_tv`` impressions, ``tv_P``, ``tv_clicks`` clicks.

    The file is read once and kept, and read again when it changes. It is one tenant's: bind an
    instance to the tenant it was made for.

    Args:
        path: The file.
        columns: Field -> column, where names do not tell; ``spend`` of a wide table is a list joined
            by commas (``{"spend": "x1,x2"}``), and so is ``ignore``, columns that are nothing.
        outcome: The column of the outcome of a wide table, or the product of two
            (``conversions*revenue_per_conversion``); a likely name is looked for otherwise.
        max_bad_share: Share of bad rows, 0-1, above which the file is refused.
        date_format: ``strptime`` format of the dates, where it cannot be told from them.
        encoding: Encoding of a CSV file.

    Raises:
        InputError: A field in ``columns`` or the share does not exist.
    """

    def __init__(
        self,
        path: Path,
        *,
        columns: Mapping[str, str] | None = None,
        outcome: str | None = None,
        max_bad_share: float = 0.05,
        date_format: str = "",
        encoding: Encoding = "utf-8",
    ) -> None:
        self._columns = dict(columns or {}) | ({"outcome": outcome} if outcome else {})
        unknown = sorted(set(self._columns) - COLUMN_OPTIONS)
        if unknown:
            raise InputError(
                "unknown field", field="columns", value=unknown[0], fix=f"Fields: {', '.join(sorted(COLUMN_OPTIONS))}."
            )
        if not 0.0 <= max_bad_share <= 1.0:
            raise InputError("not a share between 0 and 1", field="max_bad_share", value=max_bad_share)
        self._path, self._max_bad_share = path, max_bad_share
        self._date_format, self._encoding = date_format, encoding
        self._kept = Kept((path,), self._read)

    def __repr__(self) -> str:
        return f"CsvHistory({self._path.name!r})"

    async def load(self, *, tenant: str) -> ChannelHistory:
        """Read all of it, on one regular grid of days or weeks.

        Raises:
            InputError: The file cannot be read, a column is missing, too many rows are bad, or the
                dates are neither daily nor weekly.
        """
        del tenant
        history, _ = await asyncio.to_thread(self._kept.current)
        return history

    async def sha256(self) -> dict[str, str]:
        """Return file name -> sha256 of its bytes, as read."""
        _, digests = await asyncio.to_thread(self._kept.current)
        return {self._path.name: digests[0]}

    def _read(self) -> ChannelHistory:
        size = self._path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"larger than {MAX_BYTES // 2**20} MB", source=self._path.name, fix="Add the figures up by date first."
            )
        table = open_table(self._path, encoding=self._encoding)
        read = read_long if is_long(table, self._columns) else read_wide
        with connect(threads=1) as con:
            return read(
                con,
                table,
                columns=self._columns,
                max_bad_share=self._max_bad_share,
                date_format=self._date_format,
            )
