"""Two proportions: sample size, power and the smallest lift a test can find.

All on Cohen's effect size ``h = 2 asin(sqrt(p2)) - 2 asin(sqrt(p1))`` (Cohen 1988, chapter 6),
two-sided, with the normal approximation; ``n`` is per arm, where the arms differ that of the first.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from nexusplanner.errors import InputError

_NORMAL = NormalDist()


def cohens_h(p1: float, p2: float) -> float:
    """Return the effect size between two proportions, signed."""
    return 2 * math.asin(math.sqrt(p2)) - 2 * math.asin(math.sqrt(p1))


def power_two_proportions(p1: float, p2: float, *, n_per_arm: float, alpha: float = 0.05, ratio: float = 1.0) -> float:
    """Return the chance that a test of ``n_per_arm`` an arm finds the difference, 0-1.

    Args:
        p1: Rate of the first arm.
        p2: Rate of the second.
        n_per_arm: People in the first arm.
        alpha: Chance of a false alarm, two-sided.
        ratio: People in the second arm for each one in the first.

    Raises:
        InputError: A proportion is not between 0 and 1, or the test has no arm.
    """
    _check(p1=p1, p2=p2, alpha=alpha)
    if n_per_arm <= 0:
        raise InputError("an arm needs people", field="n_per_arm", value=n_per_arm)
    return _power(abs(cohens_h(p1, p2)), even_arm(n_per_arm, ratio), alpha)


def sample_size_two_proportions(
    p1: float, p2: float, *, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> int:
    """Return how many people the first arm needs to find the difference between two proportions.

    Args:
        p1: Rate of the first arm.
        p2: Rate of the second.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding the difference.
        ratio: People in the second arm for each one in the first; both arms are alike at 1.

    Raises:
        InputError: A proportion, alpha or power is not between 0 and 1, or the proportions are equal.
    """
    _check(p1=p1, p2=p2, alpha=alpha, power=power)
    h = abs(cohens_h(p1, p2))
    if h == 0:
        raise InputError("no difference to find", field="p2", value=p2, fix="Name two different proportions.")
    return sample_size_of_effect(h, alpha=alpha, power=power, ratio=ratio)


def sample_size_of_effect(h: float, *, alpha: float, power: float, ratio: float = 1.0) -> int:
    """Return people of the first arm for an effect size; the smallest whole number whose power suffices."""
    even = 2 * ((_NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)) / h) ** 2
    n = max(math.ceil(even / even_arm(1, ratio)), 2)
    while n > 2 and _power(h, even_arm(n - 1, ratio), alpha) >= power:
        n -= 1
    return n


def even_arm(n: float, ratio: float) -> float:
    """Return the arm of an even test that knows as much as one of ``n`` and ``ratio * n`` people.

    Half the harmonic sum: ``2 / (1 / n + 1 / (ratio n))``.

    Raises:
        InputError: The ratio is not above zero.
    """
    if not 0 < ratio < math.inf:
        raise InputError("an arm needs people", field="ratio", value=ratio)
    return n if ratio == 1 else n * 2 * ratio / (1 + ratio)


def detectable_lift(
    p1: float, *, n_per_arm: float, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> float:
    """Return the smallest rise above ``p1`` that a test of this size finds with the given power.

    Args:
        p1: Rate of the first arm.
        n_per_arm: People in the first arm.
        alpha: Chance of a false alarm, two-sided.
        power: Chance of finding the rise.
        ratio: People in the second arm for each one in the first.

    Raises:
        InputError: ``p1``, alpha or power is not between 0 and 1, or no rise up to 1 can be found.
    """
    _check(p1=p1, alpha=alpha, power=power)
    even = even_arm(max(n_per_arm, 1), ratio)
    h = (_NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)) * math.sqrt(2 / even)
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
