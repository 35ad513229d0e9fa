"""Looks: the days on which a running test is looked at, and the lead that stops it there."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.experiment_size import Accrual
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

MOST_LOOKS = 5
"""More looks hardly stop sooner, and each wants somebody to look."""


def look_days(days: int) -> tuple[int, ...]:
    """Return after how many days a test is looked at: weekly, fortnightly, … at most five times, and at its end.

    Raises:
        InputError: The test has no day.
    """
    if days < 1:
        raise InputError("a test takes a day", field="days", value=days)
    step = 7 * max(math.ceil(days / 7 / MOST_LOOKS), 1)
    return (*(day for day in range(step, days, step) if days - day >= min(7, days)), days)


def information_at(
    days: Sequence[int], *, baseline: float, accrual: Accrual = "daily", is_rate: bool = True
) -> tuple[float, ...]:
    """Return the share of all its information that a test has after some days, the last day being 1.

    ``daily``: people come in evenly, so information grows with the days. ``at_once``: all are there from
    the first day, and with a constant hazard ``1 - (1 - baseline)^(d / days)`` of them have acted by day
    ``d``. The statistics of a rate ``p`` at two days are then correlated by the square root of their odds'
    ratio, as those of a Brownian motion whose time is ``p / (1 - p)``; a sum that grows day by day has
    information in proportion to the days.

    Args:
        days: Days of the looks, rising.
        baseline: Rate on the last day, 0-1.
        accrual: How people come into the test.
        is_rate: Whether a rate is measured, not a mean.
    """
    if accrual == "daily" or not is_rate:
        return tuple(day / days[-1] for day in days)
    odds = [-math.expm1(t) / math.exp(t) for t in (math.log1p(-baseline) * day / days[-1] for day in days)]
    return (*(o / odds[-1] for o in odds[:-1]), 1.0)


class _LookRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    look: int
    information: float = Field(gt=0, le=1)
    z: float
    futility: float | None
    p_value: float


class _Looks(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    start: dt.date
    days: tuple[int, ...]
    baseline: float
    sd: float | None
    n_holdout: int = Field(ge=2)
    n_treated: int = Field(ge=2)
    accrual: Accrual
    looks: tuple[_LookRow, ...]


def schedule_looks(
    design: Calculation,
    size: Calculation,
    *,
    start: dt.date,
    days: Sequence[int],
    accrual: Accrual = "daily",
    evidence: Sequence[str] = (),
) -> Calculation:
    """Date the looks of a sequential design, and turn its boundaries into leads anybody can read off.

    The lead is ``z`` standard errors: of a rate ``sqrt(p (1 - p) (1 / n0 + 1 / n1))``, of a mean
    ``sd sqrt(1 / n0 + 1 / n1)``, with the people (or the share that has acted) expected by that day.

    Args:
        design: ``sequential_design``.
        size: ``experiment_size`` of two arms: the people, and the baseline at the test's end.
        start: First day of the test.
        days: Full days after which it is looked at, one for each look of the design.
        accrual: How people come into the test; as it was sized.
        evidence: Ids of the evidence the dates rest on.

    Returns:
        ``experiment_looks``: for each look its ``date`` (it is at the day's close), ``day``, ``information``, the
        ``lead`` that stops it as won (trailing by as much, as lost), and ``hopeless_below``, the lead below
        which it may be given up.

    Raises:
        InputError: The design has another number of looks, or its information does not rise with the days.
    """
    rows = design.outputs["looks"]
    if not isinstance(rows, list) or len(rows) != len(days) or list(days) != sorted(set(days)):
        raise InputError("not one rising day for each look of the design", field="days", value=list(days))
    out = size.outputs
    return calculate(
        "experiment_looks",
        {
            "start": start.isoformat(),
            "days": [*days],
            "baseline": out["baseline"],
            "sd": out["sd"],
            "n_holdout": out["n_holdout"],
            "n_treated": out["n_treated"],
            "accrual": accrual,
            "looks": [_LookRow.model_validate(row).model_dump() for row in rows],
        },
        explain=lambda found: (
            f"Dated the {len(rows)} looks of {design.id} at the people of {size.id}, from {start.isoformat()} to "
            f"{found['end']}."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Date looks from plain JSON."""
    given = _Looks.model_validate(inputs)
    rows: list[JsonValue] = []
    for look, day in zip(given.looks, given.days, strict=True):
        error = _error(given, look.information, day)
        rows.append(
            {
                "look": look.look,
                "date": _last_of(given.start, day).isoformat(),
                "day": day,
                "information": look.information,
                "z": look.z,
                "p_value": look.p_value,
                "lead": look.z * error,
                "hopeless_below": None if look.futility is None else look.futility * error,
            }
        )
    end = _last_of(given.start, given.days[-1])
    return {"start": given.start.isoformat(), "end": end.isoformat(), "looks": rows}


def _last_of(start: dt.date, days: int) -> dt.date:
    """Return the last of so many full days; a look is at its close."""
    return start + dt.timedelta(days=days - 1)


def _error(given: _Looks, information: float, day: int) -> float:
    """Return the standard error of the lift that is expected at a look."""
    people = 1 / given.n_holdout + 1 / given.n_treated
    if given.accrual == "daily":
        people /= information
        spread = given.baseline * (1 - given.baseline) if given.sd is None else given.sd**2
    elif given.sd is None:
        rate = -math.expm1(math.log1p(-given.baseline) * day / given.days[-1])
        spread = rate * (1 - rate)
    else:
        spread = given.sd**2 * information
    return math.sqrt(spread * people)
