"""The rows of a history as the curve fits take them: weekly, one metric, plain JSON on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.holiday_columns import holiday_columns
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.learned import Learned

ResultColumn = Literal["conversions", "revenue", "clicks"]
RESULT_COLUMN: dict[Metric, ResultColumn] = {
    "conversions": "conversions",
    "revenue": "revenue",
    "leads": "conversions",
    "signups": "conversions",
    "visits": "clicks",
}
"""The column of a long history that holds a metric."""
_SAME_OUTCOME: dict[Metric, tuple[str, ...]] = {
    "conversions": ("conversion", "order", "purchase", "customers"),
    "revenue": ("revenue", "sales", "turnover", "income", "gmv"),
    "leads": ("lead", "conversion"),
    "signups": ("signup", "sign_up", "registration", "conversion", "subscri"),
    "visits": ("visit", "session", "click", "traffic"),
}


_ASSUMED_UNIT_COST = 10.0


class CurveInputs(BaseModel):
    """Everything the fit reads. Rows are as the history has them, daily or weekly."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    metric: Metric
    channels: tuple[str, ...]
    implied_unit_cost: float | None
    weekly_budget: float | None = None
    seed: int
    cadence: Literal["daily", "weekly"] = "weekly"
    layout: Literal["long", "wide", "none"] = "none"
    start: date | None = None
    spend: dict[str, list[float]] = {}
    results: dict[str, list[float] | None] = {}
    outcome: list[float] | None = None
    outcome_matches: bool = True
    controls: dict[str, list[float]] = {}
    events: dict[str, list[float]] = {}
    holidays: dict[str, list[float]] = {}
    """Columns of holidays, one value a week whatever the cadence."""
    learned: Learned | None = None
    """What was reported of earlier campaigns; None where nothing was."""

    def weekly(self, values: Sequence[float], *, mean: bool = False) -> Floats:
        """Add daily values up to weeks that end on the last day; weekly values stay. Shape ``(weeks,)``."""
        array: Floats = np.asarray(values, dtype=np.float64)
        if self.cadence == "weekly":
            return array
        weeks = array.size // 7
        if weeks == 0:
            weeks, folded = 1, array.reshape(1, -1)
        else:
            folded = array[array.size - 7 * weeks :].reshape(weeks, 7)
        result: Floats = np.mean(folded, axis=1) if mean else np.sum(folded, axis=1)
        return result

    @property
    def unit_cost(self) -> float:
        """Money per unit of the metric where no row tells: the brief's own, or a round figure."""
        return self.implied_unit_cost if self.implied_unit_cost else _ASSUMED_UNIT_COST

    @property
    def known(self) -> tuple[str, ...]:
        """Channels of the history that ever spent, in its order."""
        return tuple(name for name, values in self.spend.items() if any(v > 0 for v in values))


def _result(series: ChannelSeries, column: ResultColumn) -> list[float] | None:
    values = series.clicks if column == "clicks" else series.revenue if column == "revenue" else series.conversions
    return None if values is None else list(values)


def outcome_matches(name: str | None, metric: Metric) -> bool:
    """Say whether a wide history's outcome column holds the metric; an unnamed one is taken to."""
    if name is None:
        return True
    lowered = name.lower()
    return metric in lowered or any(word in lowered for word in _SAME_OUTCOME[metric])


def _holidays(history: ChannelHistory, countries: Sequence[str]) -> dict[str, list[float]]:
    """Lay holidays on the weeks that the fit folds the rows into."""
    first, periods = history.dates[0], len(history.dates)
    if history.cadence == "daily":
        first, periods = first + timedelta(days=periods % 7), periods // 7
    return holiday_columns(countries, first, periods)


def curve_inputs(
    history: ChannelHistory | None,
    *,
    channels: Sequence[str],
    metric: Metric,
    implied_unit_cost: float | None,
    weekly_budget: float | None,
    seed: int,
    countries: Sequence[str] = (),
    learned: Learned | None = None,
) -> CurveInputs:
    """Take from a history what a fit needs; no history leaves the rows empty."""
    known = () if history is None else tuple(history.channels)
    chosen = tuple(dict.fromkeys(channels)) or known
    if history is None or not history.dates:
        return CurveInputs(
            metric=metric,
            channels=chosen,
            implied_unit_cost=implied_unit_cost,
            weekly_budget=weekly_budget,
            seed=seed,
            learned=learned,
        )
    wide = history.layout == "wide" and history.outcome is not None
    column = RESULT_COLUMN[metric]
    return CurveInputs(
        metric=metric,
        channels=chosen,
        implied_unit_cost=implied_unit_cost,
        weekly_budget=weekly_budget,
        seed=seed,
        cadence=history.cadence,
        layout="wide" if wide else "long",
        start=history.dates[0],
        spend={name: list(series.spend) for name, series in history.channels.items()},
        results={} if wide else {name: _result(s, column) for name, s in history.channels.items()},
        outcome=list(history.outcome) if wide and history.outcome is not None else None,
        outcome_matches=outcome_matches(history.outcome_name, metric) if wide else True,
        controls={name: list(values) for name, values in history.controls.items()} if wide else {},
        events={name: list(values) for name, values in history.events.items()} if wide else {},
        holidays=_holidays(history, countries) if wide else {},
        learned=learned,
    )
