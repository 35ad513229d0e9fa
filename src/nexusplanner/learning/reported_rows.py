"""Reported rows as the fits take them: within the plan's period, whole weeks, one metric."""

from __future__ import annotations

from datetime import date, timedelta

from nexusplanner.domain.brief import Metric, Period
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.learned import PastRows
from nexusplanner.domain.outcome import Outcome
from nexusplanner.errors import InputError

_RESULTS = ("impressions", "clicks", "conversions", "revenue")


def within(rows: ChannelHistory, period: Period) -> ChannelHistory:
    """Keep the rows of a plan's period; a week may begin up to six days before it.

    Raises:
        InputError: No row lies in it.
    """
    early = period.start - timedelta(days=6 if rows.cadence == "weekly" else 0)
    kept = [i for i, day in enumerate(rows.dates) if early <= day <= period.end]
    if not kept:
        raise InputError(
            f"no row lies in the plan's period, {period.start} to {period.end}",
            source=rows.source,
            field="date",
            value=f"{rows.dates[0]} to {rows.dates[-1]}",
            fix="Report the rows of this campaign, or name the plan that they are of.",
        )
    here = slice(kept[0], kept[-1] + 1)
    channels = {name: _cut(series, here) for name, series in rows.channels.items()}
    return rows.model_copy(
        update={
            "dates": rows.dates[here],
            "channels": {name: series for name, series in channels.items() if not _is_empty(series)},
        }
    )


def result_column(metric: Metric) -> str:
    """Return the column that holds a metric."""
    from nexusplanner.calculators.curve_rows import RESULT_COLUMN

    return RESULT_COLUMN[metric]


def results_of(series: ChannelSeries, metric: Metric) -> tuple[float, ...] | None:
    """Return what a channel brought; None where it was not reported."""
    found: tuple[float, ...] | None = getattr(series, result_column(metric))
    return found


def last_day(rows: ChannelHistory) -> date:
    """Return the last day that rows tell of."""
    return rows.dates[-1] + timedelta(days=6 if rows.cadence == "weekly" else 0)


def weeks_of(rows: ChannelHistory) -> int:
    """Return how many weeks rows tell of, to the nearest."""
    return len(rows.dates) if rows.cadence == "weekly" else max(round(len(rows.dates) / 7), 1)


def past_rows(outcome: Outcome, metric: Metric) -> tuple[PastRows, ...]:
    """Write an outcome as rows for a fit; empty where it does not tell the metric, or less than a week.

    Leads, signups and conversions stand in the same column, so only an outcome of that very metric is taken for them.
    """
    if metric != outcome.metric and result_column(metric) == "conversions":
        return ()
    found = []
    for name, series in sorted(outcome.rows.channels.items()):
        results = results_of(series, metric)
        spend = _weekly(series.spend, outcome.rows.cadence)
        if results is None or not any(money > 0 for money in spend):
            continue
        found.append(
            PastRows(
                outcome=outcome.id,
                channel=name,
                start=outcome.rows.dates[0],
                spend=spend,
                results=_weekly(results, outcome.rows.cadence),
                before=outcome.before.get(name),
            )
        )
    return tuple(found)


def _weekly(values: tuple[float, ...], cadence: str) -> tuple[float, ...]:
    if cadence == "weekly":
        return values
    return tuple(sum(values[i : i + 7]) for i in range(0, len(values) - 6, 7))


def _cut(series: ChannelSeries, here: slice) -> ChannelSeries:
    columns = {name: getattr(series, name) for name in ("spend", *_RESULTS)}
    return series.model_copy(update={name: values[here] for name, values in columns.items() if values is not None})


def _is_empty(series: ChannelSeries) -> bool:
    columns = (getattr(series, name) for name in ("spend", *_RESULTS))
    return not any(value > 0 for values in columns if values is not None for value in values)
