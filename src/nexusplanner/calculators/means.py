"""Two means: sample size, power and the smallest difference a test can find.

Student's t test with one standard deviation for both arms, two-sided; power by the noncentral t
distribution (Cohen 1988, chapter 2): ``t' = (m2 - m1) / sd * sqrt(n1 n2 / (n1 + n2))`` with
``n1 + n2 - 2`` degrees of freedom.
"""

from __future__ import annotations

import math

from nexusplanner.calculators.proportions import even_arm
from nexusplanner.errors import InputError

_MOST_PEOPLE = 10**12
_NO_OTHER_TAIL = 7.0


def power_two_means(
    m1: float, m2: float, *, sd: float, n_per_arm: float, alpha: float = 0.05, ratio: float = 1.0
) -> float:
    """Return the chance that a test of ``n_per_arm`` an arm finds the difference, 0-1.

    Args:
        m1: Mean of the first arm, in any unit (revenue a customer).
        m2: Mean of the second.
        sd: Standard deviation between people, in the same unit.
        n_per_arm: People in the first arm.
        alpha: Chance of a false alarm, two-sided.
        ratio: People in the second arm for each one in the first.

    Raises:
        InputError: ``sd`` is not above zero, alpha is no rate, or the arms hold fewer than three people.
    """
    _check(sd, alpha=alpha)
    if n_per_arm * (1 + ratio) <= 2:
        raise InputError("the arms need people", field="n_per_arm", value=n_per_arm)
    return _power(abs(m2 - m1) / sd, n_per_arm, alpha=alpha, ratio=ratio)


def sample_size_two_means(
    m1: float, m2: float, *, sd: float, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> int:
    """Return how many people the first arm needs to find the difference between two means.

    Args:
        m1: Mean of the first arm, in any unit.
        m2: Mean of the second.
        sd: Standard deviation between people, in the same unit.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding the difference.
        ratio: People in the second arm for each one in the first; both arms are alike at 1.

    Raises:
        InputError: The means are equal, ``sd`` is not above zero, or alpha or power is no rate.
    """
    _check(sd, alpha=alpha, power=power)
    effect = abs(m2 - m1) / sd
    if effect == 0:
        raise InputError("no difference to find", field="m2", value=m2, fix="Name two different means.")
    low, high = 1, 4
    while _power(effect, high, alpha=alpha, ratio=ratio) < power:
        low, high = high, 2 * high
        if high > _MOST_PEOPLE:
            raise InputError("no audience is large enough for this difference", field="m2", value=m2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _power(effect, middle, alpha=alpha, ratio=ratio) >= power else (middle, high)
    return max(high, 2)


def detectable_difference(
    *, sd: float, n_per_arm: float, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> float:
    """Return the smallest difference of means that a test of this size finds, in the unit of ``sd``.

    Args:
        sd: Standard deviation between people.
        n_per_arm: People in the first arm.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding the difference.
        ratio: People in the second arm for each one in the first.

    Raises:
        InputError: ``sd`` is not above zero, a rate is none, or the arms hold fewer than three people.
    """
    from scipy.optimize import brentq

    _check(sd, alpha=alpha, power=power)
    if n_per_arm * (1 + ratio) <= 2:
        raise InputError("the arms need people", field="n_per_arm", value=n_per_arm)
    if power <= alpha:
        return 0.0
    high = 1.0
    while _power(high, n_per_arm, alpha=alpha, ratio=ratio) < power:
        high *= 2
    effect = brentq(lambda d: _power(d, n_per_arm, alpha=alpha, ratio=ratio) - power, 0.0, high, xtol=1e-13)
    return float(effect) * sd


def _power(effect: float, n: float, *, alpha: float, ratio: float) -> float:
    from scipy.special import nctdtr, stdtrit

    freedom = n * (1 + ratio) - 2
    if freedom <= 0:
        return 0.0
    shift, critical = effect * math.sqrt(even_arm(n, ratio) / 2), float(-stdtrit(freedom, alpha / 2))
    found = float(nctdtr(freedom, -shift, -critical))
    # The other tail is below 1e-18 from here on, and cannot be computed soon after.
    return found + float(nctdtr(freedom, shift, -critical)) if shift < _NO_OTHER_TAIL else found


def _check(sd: float, **rates: float) -> None:
    if not 0 < sd < math.inf:
        raise InputError("not above zero", field="sd", value=sd)
    for field, rate in rates.items():
        if not 0 < rate < 1:
            raise InputError("not between 0 and 1", field=field, value=rate)
