"""Experiment size: how many people a test needs, or what it can find with those there are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from nexusplanner.calculators.experiment_power import PowerOf, check_test
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.sources import read_from
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

Accrual = Literal["daily", "at_once"]
_SHORTEST_DAYS = 7


class _Size(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    baseline: float
    sd: float | None = None
    mde: float | None
    alpha: float = Field(gt=0, lt=1)
    power: float = Field(gt=0, lt=1)
    arms: int = Field(ge=2)
    audience: int = Field(ge=0)
    max_days: int = Field(ge=1)
    holdout_share: float | None = None
    inflation: float = Field(default=1.0, ge=1)
    accrual: Accrual = "daily"


def size_experiment(
    *,
    baseline: float,
    mde: float | None,
    audience: int,
    max_days: int,
    alpha: float = 0.05,
    power: float = 0.8,
    arms: int = 2,
    sd: float | None = None,
    holdout_share: float | None = None,
    inflation: float = 1.0,
    accrual: Accrual = "daily",
    evidence: Sequence[str] = (),
) -> Calculation:
    """Size a test of rates or means, each arm compared with the first, the hold-out.

    Rates by Cohen's h, means by the noncentral t (Cohen 1988, chapters 6 and 2). More arms than two share
    alpha out over the comparisons (Bonferroni).

    Args:
        baseline: Rate without the treatment, 0-1; or the mean, where ``sd`` is given.
        mde: Smallest rise worth finding, absolute; None asks for the smallest that can be found.
        audience: People who can be in the test, over all its days.
        max_days: Days there are.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding a rise of ``mde``.
        arms: Arms, the hold-out included.
        sd: Standard deviation of a mean (revenue a customer); None for a rate.
        holdout_share: Share of the people who are held out, 0-1; equal arms where left out.
        inflation: How many times the people several looks need (``sequential_design``).
        accrual: ``daily``: people come in evenly, and the test ends after the whole weeks that bring
            enough. ``at_once``: all are there on the first day, and the test takes all its days to see them act.
        evidence: Ids of the evidence the baseline was read from.

    Returns:
        ``experiment_size``: people in the smallest arm (``n_per_arm``), in the hold-out (``n_holdout``) and in
        each treated arm (``n_treated``), ``days``, and ``is_feasible``. Where it is not: ``possible_mde``,
        the rise that this audience would show, and ``needed_audience`` and ``needed_days`` for the one asked.

    Raises:
        InputError: A rate is not between 0 and 1, or a rise leads above 1.
    """
    check_test(baseline, mde, field="mde", sd=sd, alpha=alpha, power=power, inflation=inflation)
    if arms < 2 or audience < 0 or max_days < 1:
        raise InputError("a test needs two arms, an audience and a day", field="experiment")
    if holdout_share is not None and not 0 < holdout_share < 1:
        raise InputError("not between 0 and 1", field="holdout_share", value=holdout_share)
    inputs: JsonObject = {
        "baseline": float(baseline),
        "mde": None if mde is None else float(mde),
        "alpha": alpha,
        "power": power,
        "arms": arms,
        "audience": audience,
        "max_days": max_days,
    }
    asked: JsonObject = {"sd": sd, "holdout_share": holdout_share, "inflation": inflation, "accrual": accrual}
    inputs |= {name: value for name, value in asked.items() if value not in (None, 1.0, "daily")}
    return calculate("experiment_size", inputs, explain=_explaining(evidence), evidence=tuple(evidence))


def _explaining(evidence: Sequence[str]) -> Callable[[JsonObject], str]:
    source = read_from("the baseline given", evidence)
    return lambda out: f"{_explained(out)}, {source}."


def _explained(out: JsonObject) -> str:
    people = f"{out['n_per_arm']:,} people an arm"
    if out["holdout_share"] is not None:
        people = f"{out['n_holdout']:,} people held out and {out['n_treated']:,} treated"
    if out["mde"] is None:
        return f"{people} show no rise at all"
    method = "Cohen's h" if out["sd"] is None else "Student's t"
    found = f"{people} find a rise of {_rise(out, 'mde')} with {float(str(out['power'])):.0%} power ({method})"
    if out["is_feasible"]:
        return found
    if out["possible_mde"] is None:
        return f"{found}; the {out['audience']:,} there are show no rise at all"
    days = f", or {out['needed_days']:,} days at this pace" if out["needed_days"] is not None else ""
    return (
        f"{found}, {out['needed_audience']:,} in all{days}; "
        f"the {out['audience']:,} there are find a rise of {_rise(out, 'possible_mde')}"
    )


def _rise(out: JsonObject, name: str) -> str:
    rise, baseline = float(str(out[name])), float(str(out["baseline"]))
    return f"{100 * rise:.3g} points above {baseline:.2%}" if out["sd"] is None else f"{rise:.4g} above {baseline:.4g}"


def compute(inputs: JsonObject) -> JsonObject:
    """Size a test from plain JSON."""
    given = _Size.model_validate(inputs)
    test = PowerOf(given.baseline, given.sd, given.alpha / (given.arms - 1), given.power, given.inflation)
    control, treated = _split(given)
    possible = test.lift(control, treated)
    if given.mde is None:
        is_feasible = possible is not None
        # A rate can rise to 1 at most; a mean has no such end.
        mde = possible if is_feasible or given.sd is not None else 1 - given.baseline
    else:
        mde = given.mde
        control = test.people(mde, ratio=_ratio(given))
        treated = control if given.holdout_share is None else math.ceil(control * _ratio(given))
        is_feasible = control + treated * (given.arms - 1) <= given.audience
    needed = control + treated * (given.arms - 1)
    return {
        "baseline": given.baseline,
        "sd": given.sd,
        "mde": mde,
        "alpha": given.alpha,
        "power": given.power,
        "n_per_arm": min(control, treated),
        "n_holdout": control,
        "n_treated": treated,
        "holdout_share": given.holdout_share,
        "arms": given.arms,
        "days": _days(given, needed) if is_feasible else given.max_days,
        "audience": given.audience,
        "inflation": given.inflation,
        "is_feasible": is_feasible,
        "possible_mde": None if is_feasible else possible,
        "needed_audience": None if is_feasible else needed,
        "needed_days": None if is_feasible else _needed_days(given, needed),
    }


def _needed_days(given: _Size, needed: int) -> int | None:
    """Return how long it takes until people enough have come, None where nobody comes."""
    if given.accrual == "at_once" or not given.audience:
        return None
    return _weeks(given.max_days * needed / given.audience)


def _ratio(given: _Size) -> float:
    """Return people in each treated arm for one that is held out."""
    if given.holdout_share is None:
        return 1.0
    return (1 - given.holdout_share) / given.holdout_share / (given.arms - 1)


def _split(given: _Size) -> tuple[int, int]:
    """Return people held out and in each treated arm, where everybody is in the test."""
    if given.holdout_share is None:
        there = given.audience // given.arms
        return there, there
    control = math.ceil(given.audience * given.holdout_share - 1e-9)
    return control, (given.audience - control) // (given.arms - 1)


def _days(given: _Size, needed: int) -> int:
    if given.accrual == "at_once":
        return given.max_days
    return min(_weeks(given.max_days * needed / given.audience), given.max_days)


def _weeks(days: float) -> int:
    """Round days up to whole weeks, so that each day of the week counts alike; at least one week."""
    return max(math.ceil(days / 7 - 1e-9) * 7, _SHORTEST_DAYS)
