"""Two proportions: sample size, power and the smallest lift a test can find.

All on Cohen's effect size ``h = 2 asin(sqrt(p2)) - 2 asin(sqrt(p1))`` (Cohen 1988, chapter 6),
two-sided, with the normal approximation; ``n`` is per arm.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from nexusplanner.errors import InputError

_NORMAL = NormalDist()


def cohens_h(p1: float, p2: float) -> float:
    """Return the effect size between two proportions, signed."""
    return 2 * math.asin(math.sqrt(p2)) - 2 * math.asin(math.sqrt(p1))


def power_two_proportions(p1: float, p2: float, *, n_per_arm: float, alpha: float = 0.05) -> float:
    """Return the chance that a test of ``n_per_arm`` an arm finds the difference, 0-1.

    Raises:
        InputError: A proportion is not between 0 and 1, or the test has no arm.
    """
    _check(p1=p1, p2=p2, alpha=alpha)
    if n_per_arm <= 0:
        raise InputError("an arm needs people", field="n_per_arm", value=n_per_arm)
    return _power(abs(cohens_h(p1, p2)), n_per_arm, alpha)


def sample_size_two_proportions(p1: float, p2: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return how many people an arm needs to find the difference between two proportions.

    Raises:
        InputError: A proportion, alpha or power is not between 0 and 1, or the proportions are equal.
    """
    _check(p1=p1, p2=p2, alpha=alpha, power=power)
    h = abs(cohens_h(p1, p2))
    if h == 0:
        raise InputError("no difference to find", field="p2", value=p2, fix="Name two different proportions.")
    return sample_size_of_effect(h, alpha=alpha, power=power)


def sample_size_of_effect(h: float, *, alpha: float, power: float) -> int:
    """Return people an arm for an effect size; the smallest whole number whose power suffices."""
    n = max(math.ceil(2 * ((_NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)) / h) ** 2), 2)
    while n > 2 and _power(h, n - 1, alpha) >= power:
        n -= 1
    return n


def detectable_lift(p1: float, *, n_per_arm: int, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return the smallest rise above ``p1`` that a test of this size finds with the given power.

    Raises:
        InputError: ``p1``, alpha or power is not between 0 and 1, or no rise up to 1 can be found.
    """
    _check(p1=p1, alpha=alpha, power=power)
    h = (_NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)) * math.sqrt(2 / max(n_per_arm, 1))
    angle = math.asin(math.sqrt(p1)) + h / 2
    if angle >= math.pi / 2:
        raise InputError(
            "too few people to find any rise", field="n_per_arm", value=n_per_arm, fix="Widen the audience."
        )
    return math.sin(angle) ** 2 - p1


def _power(h: float, n: float, alpha: float) -> float:
    critical, shift = _NORMAL.inv_cdf(1 - alpha / 2), h * math.sqrt(n / 2)
    return _NORMAL.cdf(shift - critical) + _NORMAL.cdf(-shift - critical)


def _check(**values: float) -> None:
    for field, value in values.items():
        if not 0 < value < 1:
            raise InputError("not between 0 and 1", field=field, value=value)
