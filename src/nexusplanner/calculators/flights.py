"""Flights: the weeks in which each channel's money runs, adding up to its line exactly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.curve import Curves, Floats, adstock_weights, lagged
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.money import plain, split

_GAIN_WORTH_A_PAUSE = 0.02
"""Running in bursts must bring at least this much more than running every week."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    channel: str
    amount: Decimal


class _FlightInputs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[_Line, ...]
    currency: str
    start: date
    end: date
    curves: dict[str, object]
    pattern: Literal["best", "even"] = "best"


def plan_flights(
    allocation: Calculation,
    curves: Calculation,
    *,
    period: Period,
    pattern: Literal["best", "even"] = "best",
    evidence: Sequence[str] = (),
) -> Calculation:
    """Spread each line over the weeks of the period.

    Money runs evenly by days, which is best where returns diminish. A channel whose curve starts
    flat (an S) and whose even weekly money lies there runs in bursts instead, where its carry-over
    makes bursts bring more.

    Args:
        allocation: An ``allocation`` or ``allocation_past_split``.
        curves: The curves it was made from.
        period: First and last day; week ``k`` starts ``7 k`` days after the first, the last may be short.
        pattern: ``even`` never pauses.
        evidence: Ids of evidence the period was read from.
    """
    lines: list[JsonValue] = []
    told = allocation.outputs["lines"]
    assert isinstance(told, list)
    for line in told:
        assert isinstance(line, dict)
        lines.append({"channel": line["channel"], "amount": line["amount"]})
    names = tuple(str(line["channel"]) for line in lines if isinstance(line, dict))
    inputs: JsonObject = {
        "lines": lines,
        "currency": allocation.outputs["currency"],
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "curves": CurveSet.of(curves).only(names).dump(),
        "pattern": pattern,
    }
    return calculate(
        "flights",
        inputs,
        explain=lambda _: (
            f"Spread the {len(lines)} lines of {allocation.id} over {period.weeks} weeks from "
            f"{period.start.isoformat()}, by the carry-over in {curves.id}."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Spread lines over weeks from plain JSON."""
    given = _FlightInputs.model_validate(inputs)
    curves = CurveSet.read(given.curves)
    days = _days(given.start, given.end)
    flights: list[JsonValue] = []
    bursts: list[JsonValue] = []
    for i, line in enumerate(given.lines):
        weights = days
        if given.pattern == "best":
            weights = _best_weights(curves.central, i, days, float(line.amount))
        if np.any(weights == 0):
            bursts.append(line.channel)
        for week, amount in enumerate(split(line.amount, [float(w) for w in weights], given.currency)):
            if amount > 0:
                first = given.start + timedelta(days=7 * week)
                flights.append({"channel": line.channel, "week": first.isoformat(), "amount": plain(amount)})
    return {"flights": flights, "bursts": bursts}


def _days(start: date, end: date) -> Floats:
    """Return the days of each week of the period, shape ``(weeks,)``; the last week may be short."""
    days = (end - start).days + 1
    full, rest = divmod(days, 7)
    return np.array([7.0] * full + ([float(rest)] if rest else []))


def _best_weights(curves: Curves, i: int, days: Floats, amount: float) -> Floats:
    """Choose between every week, every second and every third week by what the carried-over spend brings."""
    if float(curves.slope[i]) <= 1 or days.size < 6:
        return days
    best, best_response = days, _brought(curves, i, days, amount) * (1 + _GAIN_WORTH_A_PAUSE)
    for every in (2, 3):
        weights = np.where(np.arange(days.size) % every == 0, days, 0.0)
        response = _brought(curves, i, weights, amount)
        if response > best_response:
            best, best_response = weights, response
    return best


def _brought(curves: Curves, i: int, weights: Floats, amount: float) -> float:
    """Compute the response to weekly spend with carry-over, its tail after the period included."""
    spend = np.concatenate([weights / weights.sum() * amount, np.zeros(52)])
    stack = lagged(spend)
    carry, _ = adstock_weights(curves.decay[i : i + 1], stack.shape[-1])
    carried = stack @ carry[0]
    one = Curves(
        decay=curves.decay[i],
        half_saturation=curves.half_saturation[i],
        slope=curves.slope[i],
        ceiling=curves.ceiling[i],
    )
    return float(np.sum(one.response(np.maximum(carried, 0.0))))
