"""Flights: the weeks in which each channel's money runs, adding up to its line exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from nexusplanner.errors import InputError

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
    shut: tuple[date, ...] = ()
    """First days of weeks that get no money."""
    opens: dict[str, date] = {}
    """First day of each channel, where it is not that of the period."""


def plan_flights(
    allocation: Calculation,
    curves: Calculation,
    *,
    period: Period,
    pattern: Literal["best", "even"] = "best",
    blackout: Sequence[date] = (),
    opens: Mapping[str, date] | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Spread each line over the weeks of the period.

    Money runs evenly by days, which is best where returns diminish. A channel whose curve starts
    flat (an S) and whose even weekly money lies there runs in bursts instead, where its carry-over
    makes bursts bring more.

    A week that is wholly blacked out gets no money, nor do days before a channel opens: what they would
    have had runs in the other weeks, and every line still adds up to the cent.

    Args:
        allocation: An ``allocation`` or ``allocation_past_split``.
        curves: The curves it was made from.
        period: First and last day; week ``k`` starts ``7 k`` days after the first, the last may be short.
        pattern: ``even`` never pauses for bursts.
        blackout: Days on which nothing may run; a week counts as shut when all its days are among them.
        opens: First day on which each channel can run; that of the period where it is not named. A
            channel that could open only when all is shut runs in the weeks that are open.
        evidence: Ids of evidence the period was read from.

    Raises:
        InputError: The blackout covers the whole period.
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
        **_closed(period, blackout),
    }
    if opens:
        inputs["opens"] = {name: opens[name].isoformat() for name in names if name in opens}
    return calculate(
        "flights",
        inputs,
        explain=lambda _: (
            f"Spread the {len(lines)} lines of {allocation.id} over {period.weeks} weeks from "
            f"{period.start.isoformat()}, by the carry-over in {curves.id}."
        ),
        evidence=tuple(evidence),
    )


def _closed(period: Period, blackout: Sequence[date]) -> JsonObject:
    """Find the weeks that are wholly shut."""
    shut = {day for day in blackout if period.start <= day <= period.end}
    if len(shut) == period.days:
        raise InputError(
            f"it covers the whole period, {period.start} to {period.end}",
            field="blackout",
            fix="Leave a day open.",
        )
    weeks: list[JsonValue] = []
    for week in range(period.weeks):
        days = [period.start + timedelta(days=7 * week + k) for k in range(7)]
        if all(day in shut for day in days if day <= period.end):
            weeks.append(days[0].isoformat())
    return {"shut": weeks} if weeks else {}


def compute(inputs: JsonObject) -> JsonObject:
    """Spread lines over weeks from plain JSON."""
    given = _FlightInputs.model_validate(inputs)
    curves = CurveSet.read(given.curves)
    flights: list[JsonValue] = []
    bursts: list[JsonValue] = []
    for i, line in enumerate(given.lines):
        days = _days(given, line.channel)
        weights = days
        if given.pattern == "best":
            weights = _best_weights(curves.central, i, days, float(line.amount))
        if np.any((weights == 0) & (days > 0)):
            bursts.append(line.channel)
        for week, amount in enumerate(split(line.amount, [float(w) for w in weights], given.currency)):
            if amount > 0:
                first = given.start + timedelta(days=7 * week)
                flights.append({"channel": line.channel, "week": first.isoformat(), "amount": plain(amount)})
    return {"flights": flights, "bursts": bursts}


def _days(given: _FlightInputs, channel: str) -> Floats:
    """Return the days of each week on which a channel may run, shape ``(weeks,)``; the last week may be short."""
    whole = (given.end - given.start).days + 1
    weeks = -(-whole // 7)
    starts = [7 * week for week in range(weeks)]
    is_open = np.array([given.start + timedelta(days=first) not in given.shut for first in starts])
    opens = max((given.opens.get(channel, given.start) - given.start).days, 0)
    late = np.array([max(min(first + 7, whole) - max(first, opens), 0) for first in starts]) * is_open
    full = np.array([min(first + 7, whole) - first for first in starts]) * is_open
    days: Floats = (late if np.any(late) else full).astype(np.float64)
    return days


def _best_weights(curves: Curves, i: int, days: Floats, amount: float) -> Floats:
    """Choose between every week, every second and every third week by what the carried-over spend brings."""
    running = days > 0
    if float(curves.slope[i]) <= 1 or np.count_nonzero(running) < 6:
        return days
    turn = np.cumsum(running) - 1
    best, best_response = days, _brought(curves, i, days, amount) * (1 + _GAIN_WORTH_A_PAUSE)
    for every in (2, 3):
        weights = np.where(turn % every == 0, days, 0.0)
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
