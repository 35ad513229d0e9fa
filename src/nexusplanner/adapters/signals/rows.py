"""Signals from rows: CSV, or JSON Lines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from nexusplanner.adapters.signals.capped_file import read_capped
from nexusplanner.adapters.signals.columns import Columns
from nexusplanner.adapters.signals.moment import read_moment
from nexusplanner.adapters.signals.plain_text import plain_text
from nexusplanner.adapters.signals.row_formats import csv_rows, json_rows
from nexusplanner.adapters.signals.tally import Tally
from nexusplanner.adapters.signals.window import within_query
from nexusplanner.domain.quality import DataQuality
from nexusplanner.domain.signal import Signal, SignalQuery
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError, shown

RowFormat = Literal["csv", "jsonl"]

_MOST_ROWS = 50_000
_LONGEST_TITLE = 300
_LONGEST_NAME = 200
_LONGEST_URL = 2_000


class RowSignals:
    """Signals in a CSV or JSON Lines file with ``title, text, url, published_at, source``.

    Common synonyms of these names are known (``headline``, ``date``, ``publisher``, ...). A row without a date,
    or with neither title nor text, is left out and counted.

    Args:
        path: The file, UTF-8.
        layout: ``csv`` or ``jsonl``.
        columns: Names of columns that go by another name: ``{"title": "Headline text"}``.
        source: Who speaks where a row does not say; the file's name where left out.
        max_bytes: Largest file that is read.
        max_bad_share: Share of bad rows above which the file is refused.
    """

    def __init__(
        self,
        path: Path,
        layout: RowFormat,
        *,
        columns: Mapping[str, str] | None = None,
        source: str = "",
        max_bytes: int = 50_000_000,
        max_bad_share: float = 0.2,
    ) -> None:
        self._path, self._layout = path, layout
        self._columns = dict(columns or {})
        self._source = source or path.name
        self._max_bytes, self._max_bad_share = max_bytes, max_bad_share
        self._quality = DataQuality(source=path.name, rows=0)

    def __repr__(self) -> str:
        return f"RowSignals({self._path.name!r}, {self._layout!r})"

    def quality(self) -> DataQuality:
        """Return what the last fetch counted: rows, and those left out with line and reason."""
        return self._quality

    async def fetch(self, query: SignalQuery, *, tenant: str) -> tuple[Signal, ...]:
        """Return the rows published within the query's days (UTC), newest first.

        Raises:
            InputError: The file cannot be read, lacks a column, or has too many bad rows.
        """
        tenant_name(tenant)
        return within_query(await asyncio.to_thread(self._read), query)

    def _read(self) -> list[Signal]:
        name, tally = self._path.name, Tally(self._path.name)
        text = _decoded(read_capped(self._path, max_bytes=self._max_bytes), name=name)
        read = csv_rows if self._layout == "csv" else json_rows
        columns: Columns | None = None
        signals: list[Signal] = []
        for line, row in read(text, name=name):
            tally.rows += 1
            if tally.rows > _MOST_ROWS:
                raise InputError(
                    f"more than {_MOST_ROWS:,} rows",
                    source=name,
                    fix="Keep only the recent ones.",
                )
            if isinstance(row, str):
                tally.leave_out(line, row)
                continue
            if columns is None or self._layout == "jsonl":
                columns = Columns.match(
                    row,
                    explicit=self._columns,
                    name=name,
                    is_table=self._layout == "csv",
                )
            try:
                signals.append(self._signal(columns.pick(row), line=line))
            except ValueError as error:
                tally.leave_out(line, str(error))
        if not tally.rows:
            raise InputError(
                "there are no rows",
                source=name,
                fix="Hand in a file with at least one row.",
            )
        self._quality = tally.close(max_bad_share=self._max_bad_share)
        return signals

    def _signal(self, row: Mapping[str, str], *, line: int) -> Signal:
        title = plain_text(row["title"], longest=_LONGEST_TITLE)
        text = plain_text(row["text"])
        if not title and not text:
            raise ValueError("neither title nor text")
        if not row["published_at"].strip():
            raise ValueError("no date in published_at")
        try:
            moment = read_moment(row["published_at"])
        except ValueError as error:
            raise ValueError(f"published_at is no date: {shown(row['published_at'])}") from error
        url = row["url"].strip()
        return Signal(
            title=title,
            text=text,
            url=url if url.isprintable() and len(url) <= _LONGEST_URL else "",
            published_at=moment,
            source=plain_text(row["source"], longest=_LONGEST_NAME) or self._source,
            locator=f"line {line}",
        )


def _decoded(content: bytes, *, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"line {line} is not UTF-8", source=name, fix="Save the file as UTF-8.") from error
