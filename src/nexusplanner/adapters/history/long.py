# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Read a history with one row a date and channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nexusplanner.adapters.history.fields import LONG_FIELDS, LONG_NEEDS, METRICS
from nexusplanner.adapters.history.grid import cadence_of, grid_of
from nexusplanner.adapters.history.naming import channel_name
from nexusplanner.adapters.tables.columns import find_columns, require
from nexusplanner.adapters.tables.connection import literal, reading
from nexusplanner.adapters.tables.dates import date_sql, text_sql
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.adapters.tables.rows import RowSource, scan, shown_sql
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    import duckdb

MAX_CHANNELS = 200
MAX_FIGURE = 1e15

_ROWS = "history_rows"


def is_long(table: TableFile, columns: Mapping[str, str]) -> bool:
    """Whether the table has a date, a channel and a spend column."""
    if "," in columns.get("spend", "") or "outcome" in columns:
        return False
    return set(LONG_NEEDS) <= set(find_columns(table, LONG_FIELDS, given=columns))


def read_long(
    con: duckdb.DuckDBPyConnection,
    table: TableFile,
    *,
    columns: Mapping[str, str],
    max_bad_share: float,
    date_format: str,
) -> ChannelHistory:
    """Read one row a date and channel.

    Rows of the same date and channel are added up. A channel without a row in a period spent nothing
    then and brought nothing. A blank metric is zero; a row without spend, or with a figure that is
    not a number from 0 up, is bad.

    Raises:
        InputError: Columns are missing, too many rows are bad, or the dates are on no grid.
    """
    with reading(table.name):
        source = _source(con, table, columns=columns, date_format=date_format)
    quality = scan(con, source, _ROWS, max_bad_share=max_bad_share)
    metrics = [name for name in METRICS if name in source.fields]
    sums = ", ".join(f"sum({name})" for name in ("spend", *metrics))
    rows = con.execute(
        f"SELECT period, channel, {sums} FROM {_ROWS} WHERE {source.valid} GROUP BY period, channel ORDER BY 1, 2"
    ).fetchall()
    totals: dict[str, dict[date, list[float]]] = {}
    for period, raw_channel, *figures in rows:
        by_date = totals.setdefault(channel_name(raw_channel, source=table.name), {})
        before = by_date.get(period, [0.0] * len(figures))
        by_date[period] = [a + float(b) for a, b in zip(before, figures, strict=True)]
    _check_channels(len(totals), source=table.name)
    cadence = cadence_of((row[0] for row in rows), source=table.name)
    dates = grid_of((row[0] for row in rows), cadence, source=table.name)
    return ChannelHistory(
        source=table.name,
        layout="long",
        cadence=cadence,
        dates=dates,
        channels={name: _series(totals[name], dates, metrics) for name in sorted(totals)},
        quality=(quality,),
    )


def _source(
    con: duckdb.DuckDBPyConnection, table: TableFile, *, columns: Mapping[str, str], date_format: str
) -> RowSource:
    found = find_columns(table, LONG_FIELDS, given=columns)
    require(table, found, LONG_NEEDS, synonyms=LONG_FIELDS)
    figures = [name for name in ("spend", *METRICS) if name in found]
    sql = {
        "period": date_sql(con, table, found["date"], date_format=date_format),
        "channel": text_sql(found["channel"]),
    }
    sql |= {name: _figure(found[name], blank="NULL" if name == "spend" else "0") for name in figures}
    faults = [
        (f"{sql['period']} IS NULL", "not a date: ", found["date"]),
        (f"{sql['channel']} IS NULL", "no channel: ", found["channel"]),
        *((f"{sql[name]} IS NULL", f"{name} is no number from 0 up: ", found[name]) for name in figures),
    ]
    reason = " ".join(f"WHEN {fault} THEN {literal(text)} || {shown_sql(column)}" for fault, text, column in faults)
    valid = " AND ".join(f"{name} IS NOT NULL" for name in sql)
    return RowSource(table, sql, f"CASE {reason} END", valid, frozenset(found))


def _figure(column: Column, *, blank: str) -> str:
    number = f"TRY_CAST({text_sql(column)} AS DOUBLE)"
    return (
        f"CASE WHEN {text_sql(column)} IS NULL THEN {blank} "
        f"WHEN isfinite({number}) AND {number} BETWEEN 0 AND {MAX_FIGURE} THEN {number} END"
    )


def _series(totals: Mapping[date, list[float]], dates: tuple[date, ...], metrics: list[str]) -> ChannelSeries:
    nothing = [0.0] * (len(metrics) + 1)
    columns = list(zip(*(totals.get(day, nothing) for day in dates), strict=True))
    known = dict(zip(metrics, columns[1:], strict=True))
    return ChannelSeries(
        spend=columns[0],
        impressions=known.get("impressions"),
        clicks=known.get("clicks"),
        conversions=known.get("conversions"),
        revenue=known.get("revenue"),
    )


def _check_channels(count: int, *, source: str) -> None:
    if count > MAX_CHANNELS:
        raise InputError(
            f"more than {MAX_CHANNELS} channels",
            source=source,
            field="channel",
            value=count,
            fix="Name the column of channels with ?channel=<column>.",
        )
