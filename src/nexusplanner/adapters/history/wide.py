# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Read a history with one row a date: a column of spend a channel, and one outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexusplanner.adapters.history.cells import number, shown_cell
from nexusplanner.adapters.history.drivers import Drivers, drivers_of
from nexusplanner.adapters.history.fields import WIDE_FIELDS
from nexusplanner.adapters.history.grid import cadence_of, grid_of
from nexusplanner.adapters.history.naming import Measure, media_columns
from nexusplanner.adapters.history.periods import Periods, gaps_quality
from nexusplanner.adapters.tables.bad_rows import MAX_EXAMPLES, BadValues, Rejects, quality_of, refuse_if_too_bad
from nexusplanner.adapters.tables.columns import find_columns, named_column, require
from nexusplanner.adapters.tables.connection import reading
from nexusplanner.adapters.tables.dates import date_sql, text_sql
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.quality import DataQuality
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    import duckdb

MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column of a wide table is what."""

    day: Column
    outcome: Column
    factor: Column | None
    """What the outcome is multiplied by: money per conversion."""
    media: dict[str, dict[Measure, Column]]
    others: tuple[Column, ...]

    @property
    def media_columns(self) -> list[Column]:
        return [column for columns in self.media.values() for column in columns.values()]


Row = dict[str, str | None]
"""The cells of one row as text, by unique column name."""


def read_wide(
    con: duckdb.DuckDBPyConnection,
    table: TableFile,
    *,
    columns: Mapping[str, str],
    max_bad_share: float,
    date_format: str,
) -> ChannelHistory:
    """Read one row a date, or one a date and region.

    Rows of the same date are regions: spend, media and outcome are added up, other drivers averaged.
    Blank media is zero. A row is bad where its date, its outcome or a media figure is none. A period
    without a usable row takes the values between its neighbours, since an unknown outcome is not
    zero; such periods count as bad. What is left over is a control (numbers) or an event (0/1 flags,
    or words of which each becomes a flag); columns that never change, or that repeat the outcome
    under another name, are left out.

    Raises:
        InputError: Columns are missing, too many rows are bad, or the dates are on no grid.
    """
    layout = _layout(table, columns)
    with reading(table.name):
        rows, rejects = _cells(con, table, layout, date_format=date_format)
    good, quality = _judged(table, layout, rows, rejects)
    refuse_if_too_bad(quality, max_bad_share=max_bad_share)
    days = [day for day, _ in good]
    cadence = cadence_of(days, source=table.name)
    periods = Periods(days, grid_of(days, cadence, source=table.name))
    missing = gaps_quality(periods, source=table.name)
    if missing:
        refuse_if_too_bad(missing, max_bad_share=max_bad_share)
    drivers = drivers_of(layout.others, [row for _, row in good], periods)
    return _history(
        table, layout, [row for _, row in good], periods, drivers, (quality, *([missing] if missing else []))
    )


def _layout(table: TableFile, columns: Mapping[str, str]) -> _Layout:
    given = {field: name for field, name in columns.items() if field in WIDE_FIELDS}
    given["outcome"], factor = _product(table, given.get("outcome", ""))
    given = {field: name for field, name in given.items() if name}
    spend = _listed(table, columns, "spend")
    ignored = set(_listed(table, columns, "ignore"))
    found = find_columns(table, WIDE_FIELDS, given=given)
    media = media_columns(table, spend=spend, skipped=[*ignored, *found.values()])
    require(table, found, ("date", "outcome"), synonyms=WIDE_FIELDS)
    used = ignored | {found["date"], found["outcome"], *(c for by in media.values() for c in by.values())}
    used |= {factor} if factor else set()
    others = tuple(column for column in table.columns if column not in used and not _repeats_outcome(column))
    if found["outcome"] in [by["spend"] for by in media.values()]:
        raise InputError("the outcome is a column of spend", source=table.name, field=found["outcome"].name)
    return _Layout(found["date"], found["outcome"], factor, media, others)


def _listed(table: TableFile, columns: Mapping[str, str], field: str) -> list[Column]:
    names = [name.strip() for name in columns.get(field, "").split(",") if name.strip()]
    return [named_column(table, name, field=field) for name in names]


def _product(table: TableFile, outcome: str) -> tuple[str, Column | None]:
    """Split an outcome written as a product, unless a column has that very name."""
    name, star, factor = outcome.partition("*")
    if not star or any(column.name.casefold() == outcome.strip().casefold() for column in table.columns):
        return outcome, None
    return name.strip(), named_column(table, factor.strip(), field="outcome")


def _repeats_outcome(column: Column) -> bool:
    name = column.name.casefold()
    return not name or name in WIDE_FIELDS["outcome"] or name.startswith(("revenue_per_", "sales_per_"))


def _cells(
    con: duckdb.DuckDBPyConnection, table: TableFile, layout: _Layout, *, date_format: str
) -> tuple[list[tuple[date | None, Row]], Rejects]:
    factor = [layout.factor] if layout.factor else []
    read = [layout.outcome, *factor, *layout.media_columns, *layout.others]
    day = date_sql(con, table, layout.day, date_format=date_format)
    listed = ", ".join(text_sql(column) for column in read)
    is_csv = table.format == "csv"
    relation = table.relation(rejects="wide" if is_csv else "")
    rows = con.execute(f"SELECT {day}, {listed} FROM {relation} LIMIT {MAX_ROWS + 1}").fetchall()
    if len(rows) > MAX_ROWS:
        raise InputError(f"more than {MAX_ROWS:,} rows", source=table.name, fix="Add the figures up by date first.")
    rejects = Rejects.taken(con, "wide") if is_csv else Rejects({})
    names = [column.unique for column in read]
    return [(row[0], dict(zip(names, row[1:], strict=True))) for row in rows], rejects


def _judged(
    table: TableFile, layout: _Layout, rows: Sequence[tuple[date | None, Row]], rejects: Rejects
) -> tuple[list[tuple[date, Row]], DataQuality]:
    good: list[tuple[date, Row]] = []
    bad: list[tuple[int, str]] = []
    for ordinal, (day, row) in enumerate(rows, start=1):
        reason = _fault(layout, day, row)
        if reason:
            bad.append((ordinal, reason))
        elif day is not None:
            good.append((day, row))
    values = BadValues(len(bad), tuple(bad[:MAX_EXAMPLES]))
    return good, quality_of(table, well_formed=len(rows), rejects=rejects, values=values)


def _fault(layout: _Layout, day: date | None, row: Row) -> str:
    if day is None:
        return f"not a date in {layout.day.name}"
    for column in (layout.outcome, layout.factor):
        if column and number(row[column.unique]) is None:
            return f"{column.name} is no number: {shown_cell(row[column.unique])}"
    for column in layout.media_columns:
        cell = row[column.unique]
        figure = 0.0 if cell is None else number(cell)
        if figure is None or figure < 0:
            return f"{column.name} is no number from 0 up: {shown_cell(cell)}"
    return ""


def _history(
    table: TableFile,
    layout: _Layout,
    rows: Sequence[Row],
    periods: Periods,
    drivers: Drivers,
    quality: tuple[DataQuality, ...],
) -> ChannelHistory:
    def added(column: Column | None) -> tuple[float, ...] | None:
        return None if column is None else periods.added([number(row[column.unique]) or 0.0 for row in rows])

    def series(columns: Mapping[Measure, Column]) -> ChannelSeries:
        return ChannelSeries(
            spend=added(columns["spend"]) or (),
            impressions=added(columns.get("impressions")),
            clicks=added(columns.get("clicks")),
        )

    return ChannelHistory(
        source=table.name,
        layout="wide",
        cadence=cadence_of(periods.grid, source=table.name),
        dates=periods.grid,
        channels={name: series(columns) for name, columns in sorted(layout.media.items())},
        outcome_name=layout.factor.name.partition("_per_")[0] if layout.factor else layout.outcome.name,
        outcome=periods.added([_outcome(layout, row) for row in rows]),
        controls=drivers.controls,
        events=drivers.events,
        quality=quality,
    )


def _outcome(layout: _Layout, row: Row) -> float:
    value = number(row[layout.outcome.unique]) or 0.0
    return value * (number(row[layout.factor.unique]) or 0.0) if layout.factor else value
