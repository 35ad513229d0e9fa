"""Hold-out: the smallest share of the audience to leave alone so that the campaign's lift can be seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.experiment_power import PowerOf, check_test
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.sources import read_from
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

_OFFERED = (0.05, 0.1, 0.2, 0.3, 0.5)
_HALF = 0.5


class _Holdout(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    baseline: float
    sd: float | None
    lift: float = Field(gt=0)
    audience: int = Field(ge=4)
    alpha: float = Field(gt=0, lt=1)
    power: float = Field(gt=0, lt=1)
    inflation: float = Field(ge=1)
    value: float | None


def size_holdout(
    *,
    baseline: float,
    lift: float,
    audience: int,
    alpha: float = 0.05,
    power: float = 0.8,
    sd: float | None = None,
    inflation: float = 1.0,
    value: float | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Find the smallest share of an audience to hold out so that a lift is found; all others are addressed.

    Everybody held out is a customer the campaign does not reach: if it works, each costs the lift. So the
    share is the smallest that finds it, rounded up to a whole percent. Where even half is too few, half
    is what shows most.

    Args:
        baseline: Rate of those held out, 0-1; or their mean, where ``sd`` is given.
        lift: Rise worth finding, absolute.
        audience: People who can be addressed, those to be held out included.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding the lift.
        sd: Standard deviation of a mean; None for a rate.
        inflation: How many times the people are needed because the test is looked at more than once.
        value: Money one unit of the metric brings, to tell the cost in money.
        evidence: Ids of the evidence the baseline was read from.

    Returns:
        ``experiment_holdout``: ``holdout_share``, people held out and treated, the rise they show (``mde``),
        ``is_feasible``, what is ``forgone`` if the lift is there, and the same for a few usual ``shares``.

    Raises:
        InputError: A rate or the lift is out of range, or the audience is no test.
    """
    check_test(baseline, lift, field="lift", sd=sd, alpha=alpha, power=power, inflation=inflation)
    if audience < 4:
        raise InputError("two arms of two people are the least", field="audience", value=audience)
    return calculate(
        "experiment_holdout",
        {
            "baseline": float(baseline),
            "sd": sd,
            "lift": float(lift),
            "audience": audience,
            "alpha": alpha,
            "power": power,
            "inflation": inflation,
            "value": value,
        },
        explain=lambda out: f"{_explained(out)}, {read_from('the baseline given', evidence)}.",
        evidence=tuple(evidence),
    )


def _explained(out: JsonObject) -> str:
    share = f"Holding out {float(str(out['holdout_share'])):.0%} ({out['n_holdout']:,} people)"
    what = "conversions" if out["sd"] is None else "in all"
    forgone = f"forgoes {float(str(out['forgone'])):,.1f} {what} if it is there"
    if out["is_feasible"]:
        return f"{share} is the least that finds the lift, and {forgone}"
    return f"{share} shows the most, but not the lift asked for; it {forgone}"


def compute(inputs: JsonObject) -> JsonObject:
    """Find the hold-out from plain JSON."""
    given = _Holdout.model_validate(inputs)
    test = PowerOf(given.baseline, given.sd, given.alpha, given.power, given.inflation)
    least = test.smallest_share(given.lift, given.audience)
    share = _HALF if least is None else min(math.ceil(least * 100 - 1e-9) / 100, _HALF)
    shares: list[JsonValue] = [_option(given, test, offered) for offered in _OFFERED]
    chosen = _option(given, test, share)
    return {
        "baseline": given.baseline,
        "sd": given.sd,
        "lift": given.lift,
        "audience": given.audience,
        **chosen,
        "shares": shares,
    }


def _option(given: _Holdout, test: PowerOf, share: float) -> JsonObject:
    held = max(math.ceil(given.audience * share - 1e-9), 2)
    mde = test.lift(held, given.audience - held)
    forgone = held * given.lift
    told: JsonObject = {
        "holdout_share": share,
        "n_holdout": held,
        "n_treated": given.audience - held,
        "mde": mde,
        "is_feasible": mde is not None and mde <= given.lift * (1 + 1e-9),
        "forgone": forgone,
    }
    return told if given.value is None else {**told, "forgone_value": forgone * given.value}
