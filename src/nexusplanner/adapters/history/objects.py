"""Read a history from rows that were handed in as objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import ValidationError

from nexusplanner.adapters.history.fields import METRICS
from nexusplanner.adapters.history.grid import cadence_of, grid_of
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.outcome import OutcomeRow
from nexusplanner.domain.quality import DataQuality
from nexusplanner.domain.validation import from_validation
from nexusplanner.errors import InputError

SOURCE = "rows"
_MOST = 1_000_000


def read_objects(rows: Sequence[OutcomeRow | Mapping[str, object]]) -> ChannelHistory:
    """Lay rows on one grid, as the reader of files does: what stands twice is added up, what is missing is zero.

    Raises:
        InputError: There is no row, one of them is wrong, or the dates are neither daily nor weekly.
    """
    if not rows or len(rows) > _MOST:
        problem = "there is no row" if not rows else f"{len(rows):,} rows are more than {_MOST:,}"
        raise InputError(problem, source=SOURCE, fix="Hand in one a date and channel.")
    read = [_read(row, number) for number, row in enumerate(rows)]
    days = [row.date for row in read]
    cadence = cadence_of(days, source=SOURCE)
    grid = grid_of(days, cadence, source=SOURCE)
    known = [name for name in METRICS if any(getattr(row, name) is not None for row in read)]
    names = sorted({row.channel for row in read})
    return ChannelHistory(
        source=SOURCE,
        layout="long",
        cadence=cadence,
        dates=grid,
        channels={name: _series([row for row in read if row.channel == name], grid, known) for name in names},
        quality=(DataQuality(source=SOURCE, rows=len(read)),),
    )


def _read(row: OutcomeRow | Mapping[str, object], number: int) -> OutcomeRow:
    if isinstance(row, OutcomeRow):
        return row
    try:
        return OutcomeRow.model_validate(row)
    except ValidationError as error:
        raise from_validation(error, source=f"{SOURCE}[{number}]", model=OutcomeRow) from None


def _series(rows: Sequence[OutcomeRow], grid: tuple[date, ...], known: Sequence[str]) -> ChannelSeries:
    at = {day: i for i, day in enumerate(grid)}
    columns = {name: [0.0] * len(grid) for name in ("spend", *known)}
    for row in rows:
        for name, values in columns.items():
            values[at[row.date]] += getattr(row, name) or 0.0
    spend, *rest = (tuple(values) for values in columns.values())
    return ChannelSeries(spend=spend).model_copy(update=dict(zip(known, rest, strict=True)))
