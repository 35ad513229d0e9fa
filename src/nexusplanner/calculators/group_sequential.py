"""Sequential design: looks at a running test that keep its chance of a false alarm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.alpha_spending import Spending, spent
from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    from nexusplanner.calculators.sequential_boundaries import Floats, Stops

MOST_LOOKS = 20
_LEAST_STEP = 0.01
"""Information two looks must be apart: nearer ones are one look."""
_NORMAL = NormalDist()


class _Design(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    information: tuple[float, ...] = Field(min_length=1)
    alpha: float = Field(gt=0, lt=1)
    power: float = Field(gt=0, lt=1)
    spending: Spending
    futility: bool


def sequential_design(
    *,
    looks: int,
    alpha: float = 0.05,
    power: float = 0.8,
    spending: Spending = "obrien_fleming",
    futility: bool = True,
    information: Sequence[float] | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Lay down at which lead a test may be stopped at each look, without more false alarms.

    Looking five times at the usual 1.96 raises a false alarm in one test of seven. Here ``alpha`` is
    spent over the looks (Lan & DeMets 1983), so that all of them together raise it in ``alpha`` of
    tests. ``obrien_fleming`` asks for a huge lead early and hardly more than a single look would at the
    end; ``pocock`` asks for the same at each look and stops earlier, at the price of a larger test.

    The boundary of futility says when a lift of the size looked for has become so unlikely that the
    test may be given up. It does not bind: whoever goes on all the same keeps ``alpha``.

    Args:
        looks: How often the test is looked at, the end included, 1-20.
        alpha: Chance of a false alarm over all looks, two-sided.
        power: Chance of finding the lift looked for.
        spending: How alpha and ``1 - power`` are spent.
        futility: Whether a hopeless test is stopped.
        information: Share of all information there is at each look, rising to 1; evenly spaced if left out.
        evidence: Ids of the evidence the design rests on.

    Returns:
        ``sequential_design``. For each look: its ``information``, the boundaries ``z`` (two-sided) and
        ``futility`` of the standardised difference, the nominal ``p_value``, the alpha ``spent`` so far,
        and the chances to stop there without any lift (``stop_null``) and with the one looked for
        (``stop_lift``). ``inflation`` is how many times the people of a test with a single look are
        needed at most; ``expected_null`` and ``expected_lift`` are how many it takes on average, stops counted.

    Raises:
        InputError: Looks, rates or information are out of range.
    """
    shares = tuple(information) if information is not None else tuple((k + 1) / looks for k in range(max(looks, 0)))
    _check(looks, shares, alpha=alpha, power=power)
    return calculate(
        "sequential_design",
        {
            "information": [float(t) for t in shares],
            "alpha": alpha,
            "power": power,
            "spending": spending,
            "futility": futility,
        },
        explain=_explained,
        evidence=tuple(evidence),
    )


def _check(looks: int, shares: tuple[float, ...], **rates: float) -> None:
    if not 1 <= looks <= MOST_LOOKS:
        raise InputError(f"a test is looked at 1 to {MOST_LOOKS} times", field="looks", value=looks)
    for field, rate in rates.items():
        if not 0 < rate < 1:
            raise InputError("not between 0 and 1", field=field, value=rate)
    if rates["power"] <= rates["alpha"]:
        raise InputError("a test must find a lift more often than a false alarm", field="power", value=rates["power"])
    steps = [b - a for a, b in zip((0.0, *shares), shares, strict=False)]
    if len(shares) != looks or shares[-1] != 1 or min(steps) < _LEAST_STEP:
        raise InputError(
            "not a share for each look that rises to 1",
            field="information",
            value=list(shares),
            fix=f"Name {looks} shares, each at least {_LEAST_STEP} above the one before, the last 1.",
        )


def _explained(out: JsonObject) -> str:
    rows = out["looks"]
    count = len(rows) if isinstance(rows, list) else 0
    looks = "1 look" if count == 1 else f"{count} looks"
    spending = str(out["spending"]).replace("obrien_fleming", "O'Brien-Fleming").replace("pocock", "Pocock")
    return (
        f"{looks} by {spending} spending take at most {float(str(out['inflation'])):.3f} times the people of a test "
        f"with one look, on average {float(str(out['expected_lift'])):.3f} times where the lift is there and "
        f"{float(str(out['expected_null'])):.3f} times where there is none."
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Lay down the boundaries from plain JSON."""
    from nexusplanner.calculators.sequential_boundaries import efficacy_bounds, futility_bounds, stops

    given = _Design.model_validate(inputs)
    times, beta = given.information, 1 - given.power
    upper = efficacy_bounds(given.spending, times, given.alpha)
    drift = drift_of(given.spending, times, given.power, efficacy=upper, is_futile=given.futility)
    lower = None
    if given.futility:
        lower = futility_bounds(given.spending, times[:-1], beta, efficacy=upper[:-1], drift=drift)
    without, with_lift = (stops(times, upper, lower, d) for d in (0.0, drift))
    single = _NORMAL.inv_cdf(1 - given.alpha / 2) + _NORMAL.inv_cdf(given.power)
    inflation = (drift / single) ** 2
    return {
        "spending": given.spending,
        "alpha": given.alpha,
        "power": given.power,
        "drift": drift,
        "inflation": inflation,
        "expected_null": inflation * _information_used(times, without),
        "expected_lift": inflation * _information_used(times, with_lift),
        "looks": _rows(given, upper, lower, without, with_lift),
    }


def drift_of(spending: Spending, times: Sequence[float], power: float, *, efficacy: Floats, is_futile: bool) -> float:
    """Return the mean of ``Z`` at full information at which the test has its power."""
    from scipy.optimize import brentq

    from nexusplanner.calculators.sequential_boundaries import futility_bounds, stops

    def excess(drift: float) -> float:
        lower = None
        if is_futile:
            lower = futility_bounds(spending, times[:-1], 1 - power, efficacy=efficacy[:-1], drift=drift)
        return float(stops(times, efficacy, lower, drift).better.sum()) - power

    single = float(efficacy[-1]) + _NORMAL.inv_cdf(power)
    low, high = 0.5 * single, 2 * single
    while excess(low) > 0:
        low /= 2
    while excess(high) < 0:
        high *= 2
    return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-12))


def _information_used(times: Sequence[float], found: Stops) -> float:
    early = found.better + found.worse + found.futile
    return float(sum(t * chance for t, chance in zip(times[:-1], early[:-1], strict=True)) + 1 - early[:-1].sum())


def _rows(given: _Design, upper: Floats, lower: Floats | None, without: Stops, with_lift: Stops) -> list[JsonValue]:
    rows: list[JsonValue] = []
    for k, t in enumerate(given.information):
        is_early = k < len(given.information) - 1
        rows.append(
            {
                "look": k + 1,
                "information": t,
                "z": float(upper[k]),
                "p_value": math.erfc(float(upper[k]) / math.sqrt(2)),
                "spent": 2 * spent(given.spending, t, given.alpha / 2),
                "futility": float(lower[k]) if lower is not None and is_early else None,
                "stop_null": _chances(without, k),
                "stop_lift": _chances(with_lift, k),
            }
        )
    return rows


def _chances(found: Stops, k: int) -> JsonObject:
    return {"better": float(found.better[k]), "worse": float(found.worse[k]), "futile": float(found.futile[k])}
