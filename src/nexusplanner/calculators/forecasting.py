"""Forecast: what given money is expected to bring, how far off that may be, how likely the target is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
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


def forecast(
    curves: Calculation,
    *,
    amounts: Mapping[str, Decimal],
    weeks: int,
    target: float | None,
    seed: int,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Forecast the objective's metric from the curves' posterior and the weekly noise.

    Args:
        curves: What :func:`fit_response_curves` returned.
        amounts: Money a channel over the whole period.
        weeks: How many weeks it is spent over, evenly.
        target: What should be reached; None asks for no probability.
        seed: Seeds the 2,000 draws (PCG64, mirrored); the same seed gives the same numbers.
        evidence: Ids of evidence the target was read from.

    Raises:
        InputError: An amount's channel has no curve, an amount is negative, or there is no week.
    """
    known = CurveSet.of(curves)
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
    spent: JsonObject = {channel: plain(amount) for channel, amount in amounts.items() if amount > 0}
    inputs: JsonObject = {
        "curves": known.only(tuple(spent)).dump(),
        "amounts": spent,
        "weeks": weeks,
        "target": target,
        "seed": seed,
    }
    return calculate(
        "forecast",
        inputs,
        explain=lambda _: f"Drew {DRAWS} times from the curves of {curves.id} and their noise over {weeks} weeks.",
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Forecast from plain JSON."""
    given = _ForecastInputs.model_validate(inputs)
    curves = CurveSet.read(given.curves)
    money = np.array([float(given.amounts[name]) for name in curves.names])
    each = drawn_results(curves, money, weeks=given.weeks, seed=given.seed)
    totals = each.sum(axis=1)
    by_channel: dict[str, JsonValue] = {name: _range(each[:, i]) for i, name in enumerate(curves.names)}
    summary = summarised(totals, given.target)
    return {"metric": curves.metric, **summary, "by_channel": by_channel, "draws": DRAWS}


def drawn_results(curves: CurveSet, money: Floats, *, weeks: int, seed: int) -> Floats:
    """Draw results of all channels over the period, noise included; shape ``(draws, channels)``.

    A week's noise has the variance ``noise * mean ** power``; weeks add up, so a period's noise is
    ``weeks`` times that. Results are never negative.
    """
    if money.size == 0:
        return np.zeros((DRAWS, 0))
    weekly = curves.draws(DRAWS, seed=seed).response(money / weeks)
    deviation = np.sqrt(weeks * curves.noise * np.maximum(weekly, 0.0) ** curves.noise_power)
    half = np.random.Generator(np.random.PCG64(seed + 1)).standard_normal((DRAWS // 2, money.size))
    noise = np.concatenate([half[::-1], -half[::-1]])
    deviation = np.where(weekly > 0, deviation, 0.0)
    result: Floats = np.maximum(weeks * weekly + deviation * noise, 0.0)
    return result


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
