"""What a tenant's reported campaigns teach a fit: their rows, the beliefs they left, and how forecasts did."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.model import DomainModel

_STILL_RUNNING_DAYS = 28
"""Rows that end so long before a campaign begins still say what runs when it does."""
_LAST_WEEKS = 4


class PastRows(DomainModel):
    """One channel of one reported campaign as a fit takes it: whole weeks, one metric."""

    outcome: str
    """Id of the outcome that the rows are of."""
    channel: str
    start: date
    spend: tuple[float, ...]
    """Money a week."""
    results: tuple[float, ...]
    """Metric a week, as many as ``spend``."""
    before: float | None = None
    """Money a week that ran when the campaign began; None takes that of its first weeks."""

    @property
    def end(self) -> date:
        """The last day of its last week."""
        return self.start + timedelta(days=7 * len(self.spend) - 1)

    @property
    def last_spend(self) -> float:
        """Mean money a week of its last weeks."""
        return mean_of(self.spend[-_LAST_WEEKS:])

    def later_than(self, day: date) -> PastRows | None:
        """Leave out the weeks that begin up to a day, since another source holds them; None where none is left."""
        weeks = max(-(-((day - self.start).days + 1) // 7), 0)
        if weeks >= len(self.spend):
            return None
        if weeks == 0:
            return self
        return self.model_copy(
            update={
                "start": self.start + timedelta(days=7 * weeks),
                "spend": self.spend[weeks:],
                "results": self.results[weeks:],
                "before": mean_of(self.spend[:weeks][-_LAST_WEEKS:]),
            }
        )


class ForecastMiss(DomainModel):
    """How one earlier forecast did, for the money that was really spent."""

    outcome: str
    channel: str = ""
    """Empty for all channels together."""
    p10: float
    p50: float
    p90: float
    actual: float
    factor: float = 1.0
    """What the forecast's width had been multiplied by."""


class ChannelPrior(DomainModel):
    """What is believed of a channel's curve after an outcome: normal in the coordinates of ``calculators.curve``."""

    channel: str
    metric: Metric
    outcome: str
    """Id of the outcome that moved it last."""
    outcomes: tuple[str, ...]
    """Ids of all outcomes that are in it."""
    status: Literal["measured", "pooled", "assumed"]
    reference_spend: float
    log_mean: tuple[float, float, float, float]
    log_cov: tuple[tuple[float, ...], ...]
    noise: float
    noise_power: float
    weeks: int
    """Weeks with money that it rests on."""
    max_spend: float
    """The most money that any of them had."""


class Learned(DomainModel):
    """All that earlier outcomes teach the fit of one plan. A plan keeps it among a calculation's inputs."""

    rows: tuple[PastRows, ...] = ()
    priors: dict[str, ChannelPrior] = Field(default_factory=dict)
    """By channel; used where a history has no money of it."""
    misses: tuple[ForecastMiss, ...] = ()
    carried: dict[str, float] = Field(default_factory=dict)
    """Channel -> money a week that runs when the campaign begins."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids of the outcomes it comes from, in the order they were reported."""
        named = (*(r.outcome for r in self.rows), *(o for p in self.priors.values() for o in p.outcomes))
        return tuple(dict.fromkeys((*named, *(m.outcome for m in self.misses))))

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that it tells of."""
        return tuple(dict.fromkeys((*self.priors, *(row.channel for row in self.rows))))

    def beside(self, history: ChannelHistory | None, *, start: date) -> Learned:
        """Fit it to what a plan has besides: no week counts twice, and what runs at the start is known.

        Args:
            history: The rows that the plan is fitted to; they win over the same weeks of a reported campaign.
            start: When the new campaign begins.
        """
        known = {} if history is None else {n: s for n, s in history.channels.items() if any(a > 0 for a in s.spend)}
        end = _end_of(history)
        kept = (row if end is None or row.channel not in known else row.later_than(end) for row in self.rows)
        rows = tuple(row for row in kept if row is not None)
        latest = {name: (end, _tail(series, history)) for name, series in known.items() if history and end}
        for row in rows:
            if row.channel not in latest or latest[row.channel][0] < row.end:
                latest[row.channel] = (row.end, row.last_spend)
        runs = {n: money for n, (day, money) in latest.items() if 0 <= (start - day).days <= _STILL_RUNNING_DAYS}
        return self.model_copy(update={"rows": rows, "carried": runs})


def mean_of(values: tuple[float, ...]) -> float:
    """Return the mean of some figures; 0 of none."""
    return sum(values) / len(values) if values else 0.0


def _end_of(history: ChannelHistory | None) -> date | None:
    if history is None or not history.dates:
        return None
    return history.dates[-1] + timedelta(days=6 if history.cadence == "weekly" else 0)


def _tail(series: ChannelSeries, history: ChannelHistory) -> float:
    is_weekly = history.cadence == "weekly"
    return mean_of(series.spend[-(_LAST_WEEKS if is_weekly else 7 * _LAST_WEEKS) :]) * (1 if is_weekly else 7)
