"""Forecast: what given money is expected to bring, how far off that may be, how likely the target is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.calibration import widened
from nexusplanner.calculators.carry_over import carried_money, with_carry_over
from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.weekly_outlook import cumulative_results, weekly_rows, weekly_shares
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.money import plain
from nexusplanner.errors import InputError

DRAWS = 2000
_QUANTILES = (0.1, 0.5, 0.9)


class _ForecastInputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    curves: dict[str, object]
    amounts: dict[str, Decimal]
    weeks: int = Field(ge=1)
    target: float | None
    seed: int
    weekly: dict[str, tuple[float, ...]] = {}
    """Money a week by channel, where it does not run evenly."""


def forecast(
    curves: Calculation,
    *,
    amounts: Mapping[str, Decimal],
    weeks: int,
    target: float | None,
    seed: int,
    flights: Calculation | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Forecast the objective's metric from the curves' posterior and the weekly noise.

    ``by_week`` adds the same draws up week by week: P10, P50 and P90 of what has come by the end of
    each week; the last week's are those of the whole.

    Args:
        curves: What :func:`fit_response_curves` returned.
        amounts: Money a channel over the whole period.
        weeks: How many weeks it is spent over, evenly.
        target: What should be reached; None asks for no probability.
        seed: Seeds the 2,000 draws (PCG64, mirrored); the same seed gives the same numbers.
        flights: A ``flights`` calculation; ``by_week`` then follows its money. The whole stays the same.
        evidence: Ids of evidence the target was read from.

    Raises:
        InputError: An amount's channel has no curve, an amount is negative, there is no week, or the
            flights run for more weeks.
    """
    known = CurveSet.of(curves)
    _check(known, amounts, weeks)
    spent: JsonObject = {channel: plain(amount) for channel, amount in amounts.items() if amount > 0}
    inputs: JsonObject = {
        "curves": known.only(tuple(spent)).dump(),
        "amounts": spent,
        "weeks": weeks,
        "target": target,
        "seed": seed,
    }
    if flights is not None:
        inputs["weekly"] = _weekly(flights, tuple(spent), weeks)
    return calculate(
        "forecast",
        inputs,
        explain=lambda _: (
            f"Drew {DRAWS:,} results of {len(spent)} channels over {weeks} weeks with seed {seed}, from the curves of "
            f"{curves.id} and a week's own noise{'' if flights is None else f', by week as {flights.id} spends'}."
        ),
        evidence=tuple(evidence),
    )


def _check(known: CurveSet, amounts: Mapping[str, Decimal], weeks: int) -> None:
    for channel, amount in amounts.items():
        if channel not in known.channels:
            raise InputError(
                "no curve for this channel",
                field="amounts",
                value=channel,
                fix="Fit its curve first, with no rows if need be.",
            )
        if not amount.is_finite() or amount < 0:
            raise InputError("not an amount", field=f"amounts.{channel}", value=str(amount))
    if weeks < 1:
        raise InputError("the campaign has no week", field="weeks", value=weeks)


def _weekly(flights: Calculation, channels: Sequence[str], weeks: int) -> JsonObject:
    """Read each channel's money a week from flights."""
    rows, start = flights.outputs.get("flights"), flights.inputs.get("start")
    if flights.name != "flights" or not isinstance(rows, list) or not isinstance(start, str):
        raise InputError("these are not flights", field="flights", value=flights.name, fix="Pass plan_flights' answer.")
    money = {channel: [0.0] * weeks for channel in channels}
    for row in rows:
        assert isinstance(row, dict)
        week = (date.fromisoformat(str(row["week"])) - date.fromisoformat(start)).days // 7
        if week >= weeks:
            raise InputError(
                "the flights run for more weeks", field="weeks", value=weeks, fix=f"Name {week + 1} or more."
            )
        if row["channel"] in money:
            money[str(row["channel"])][week] += float(str(row["amount"]))
    return {channel: list(each) for channel, each in money.items()}


def compute(inputs: JsonObject) -> JsonObject:
    """Forecast from plain JSON."""
    given = _ForecastInputs.model_validate(inputs)
    curves = CurveSet.read(given.curves)
    money = np.array([float(given.amounts[name]) for name in curves.names])
    each, deviation = _drawn(curves, money, weeks=given.weeks, seed=given.seed)
    totals = each.sum(axis=1)
    weekly = [given.weekly[name] for name in curves.names] if given.weekly else None
    shares = weekly_shares(weekly, channels=len(curves.names), weeks=given.weeks)
    paths = cumulative_results(each, deviation, shares, seed=given.seed + 2)
    by_channel: dict[str, JsonValue] = {name: _range(each[:, i]) for i, name in enumerate(curves.names)}
    summary = summarised(totals, given.target)
    by_week = weekly_rows(paths)
    return {"metric": curves.metric, **summary, "by_channel": by_channel, "by_week": by_week, "draws": DRAWS}


def drawn_results(curves: CurveSet, money: Floats, *, weeks: int, seed: int) -> Floats:
    """Draw results of all channels over the period, noise included; shape ``(draws, channels)``.

    A week's noise has the variance ``noise * mean ** power``; weeks add up, so a period's noise is
    ``weeks`` times that. Results are never negative. Curves that earlier outcomes taught start from what
    runs already, and are as wide as earlier forecasts should have been.
    """
    return _drawn(curves, money, weeks=weeks, seed=seed)[0]


def _drawn(curves: CurveSet, money: Floats, *, weeks: int, seed: int) -> tuple[Floats, Floats]:
    """Return drawn results and the standard deviation of each one's noise, both ``(draws, channels)``."""
    if money.size == 0:
        return np.zeros((DRAWS, 0)), np.zeros((DRAWS, 0))
    mean, deviation = _expected(curves, money / weeks, weeks=weeks, seed=seed)
    half = np.random.Generator(np.random.PCG64(seed + 1)).standard_normal((DRAWS // 2, money.size))
    noise = np.concatenate([half[::-1], -half[::-1]])
    result: Floats = np.maximum(mean + deviation * noise, 0.0)
    return widened(result, curves.calibration), deviation * (curves.calibration or 1.0)


def _expected(curves: CurveSet, weekly_money: Floats, *, weeks: int, seed: int) -> tuple[Floats, Floats]:
    """Return drawn results without noise and the deviation of each one's noise, for steady weekly money."""
    drawn = curves.draws(DRAWS, seed=seed)
    if curves.carried is not None:
        before = carried_money(curves.carried, curves.names, weekly_money)
        mean, spread = with_carry_over(drawn, weekly_money, before, weeks=weeks, power=curves.noise_power)
        return mean, np.where(mean > 0, np.sqrt(curves.noise * spread), 0.0)
    weekly = drawn.response(weekly_money)
    deviation = np.sqrt(weeks * curves.noise * np.maximum(weekly, 0.0) ** curves.noise_power)
    return weeks * weekly, np.where(weekly > 0, deviation, 0.0)


def _range(values: Floats) -> JsonObject:
    p10, p50, p90 = (float(v) for v in np.quantile(values, _QUANTILES))
    return {"p10": p10, "p50": p50, "p90": p90}


def summarised(totals: Floats, target: float | None) -> JsonObject:
    """Summarise drawn totals: quantiles, mean, and what four of five and one of five draws exceed."""
    reached = None if target is None else float(np.mean(totals >= target))
    return {
        **_range(totals),
        "mean": float(np.mean(totals)),
        "probability_of_target": reached,
        "target": target,
        "stretch": float(np.quantile(totals, 0.8)),
        "reachable_80": float(np.quantile(totals, 0.2)),
    }
