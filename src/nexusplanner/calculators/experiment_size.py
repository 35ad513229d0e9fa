"""Experiment size: how many people a test needs, or what it can find with those there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from nexusplanner.calculators.proportions import detectable_lift, sample_size_two_proportions
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

_SHORTEST_DAYS = 7


class _Size(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    baseline: float = Field(gt=0, lt=1)
    mde: float | None
    alpha: float = Field(gt=0, lt=1)
    power: float = Field(gt=0, lt=1)
    arms: int = Field(ge=2)
    audience: int = Field(ge=0)
    max_days: int = Field(ge=1)


def size_experiment(
    *,
    baseline: float,
    mde: float | None,
    audience: int,
    max_days: int,
    alpha: float = 0.05,
    power: float = 0.8,
    arms: int = 2,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Size a test of proportions, each arm compared with the first.

    With more than two arms alpha is shared out over the comparisons (Bonferroni).

    Args:
        baseline: Rate without the treatment, 0-1.
        mde: Smallest rise worth finding, absolute; None asks for the smallest that can be found.
        audience: People who can be in the test, over all its days.
        max_days: Days there are; people come in evenly over them.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding a rise of ``mde``.
        arms: Arms, the hold-out included.
        evidence: Ids of the evidence the baseline was read from.

    Raises:
        InputError: A rate is not between 0 and 1, or a rise leads above 1.
    """
    for field, rate in (("baseline", baseline), ("alpha", alpha), ("power", power)):
        if not 0 < rate < 1:
            raise InputError("not between 0 and 1", field=field, value=rate)
    if mde is not None and not 0 < mde < 1 - baseline:
        raise InputError("the rise leads out of 0 to 1", field="mde", value=mde, fix="Name an absolute rise.")
    if arms < 2 or audience < 0 or max_days < 1:
        raise InputError("a test needs two arms, an audience and a day", field="experiment")
    return calculate(
        "experiment_size",
        {
            "baseline": float(baseline),
            "mde": None if mde is None else float(mde),
            "alpha": alpha,
            "power": power,
            "arms": arms,
            "audience": audience,
            "max_days": max_days,
        },
        explain=lambda out: (
            f"{out['n_per_arm']:,} people an arm find a rise of {100 * float(str(out['mde'])):.3g} points "
            f"above {baseline:.2%} with {power:.0%} power (Cohen's h)."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Size a test from plain JSON."""
    given = _Size.model_validate(inputs)
    alpha = given.alpha / (given.arms - 1)
    there = given.audience // given.arms
    if given.mde is None:
        n, mde, is_feasible = _what_can_be_found(given, there, alpha)
    else:
        mde = given.mde
        n = sample_size_two_proportions(given.baseline, given.baseline + mde, alpha=alpha, power=given.power)
        is_feasible = n <= there
    share = n * given.arms / given.audience if given.audience else math.inf
    days = min(max(math.ceil(share * given.max_days), _SHORTEST_DAYS), max(given.max_days, 1)) if is_feasible else None
    return {
        "baseline": given.baseline,
        "mde": mde,
        "alpha": given.alpha,
        "power": given.power,
        "n_per_arm": n,
        "arms": given.arms,
        "days": days if days is not None else given.max_days,
        "audience": given.audience,
        "is_feasible": is_feasible,
    }


def _what_can_be_found(given: _Size, there: int, alpha: float) -> tuple[int, float, bool]:
    """Return people an arm, the smallest rise they show, and whether there is any."""
    try:
        return there, detectable_lift(given.baseline, n_per_arm=there, alpha=alpha, power=given.power), there > 1
    except InputError:
        return there, 1 - given.baseline, False
