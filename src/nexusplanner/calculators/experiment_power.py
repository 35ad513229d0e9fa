"""Power of a test, of rates or of means: people for a lift, and the lift that people show."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nexusplanner.calculators.means import detectable_difference, sample_size_two_means
from nexusplanner.calculators.proportions import detectable_lift, sample_size_two_proportions
from nexusplanner.errors import InputError


@dataclass(frozen=True)
class PowerOf:
    """What is measured, and how sure the test is to be.

    With several looks a test needs ``inflation`` times the people of one with a single look.
    """

    baseline: float
    sd: float | None
    """Standard deviation between people; None for a rate."""
    alpha: float
    """For one comparison, two-sided."""
    power: float
    inflation: float = 1.0

    def people(self, lift: float, *, ratio: float) -> int:
        """Return how many people the control needs, with ``ratio`` times as many in the other arm."""
        other = self.baseline + lift
        if self.sd is None:
            n = sample_size_two_proportions(self.baseline, other, alpha=self.alpha, power=self.power, ratio=ratio)
        else:
            n = sample_size_two_means(self.baseline, other, sd=self.sd, alpha=self.alpha, power=self.power, ratio=ratio)
        return n if self.inflation == 1 else math.ceil(n * self.inflation)

    def lift(self, control: int, other: int) -> float | None:
        """Return the smallest rise that these people show, None where they show none at all."""
        if min(control, other) < 2:
            return None
        n, ratio = control / self.inflation, other / control
        try:
            if self.sd is None:
                return detectable_lift(self.baseline, n_per_arm=n, alpha=self.alpha, power=self.power, ratio=ratio)
            return detectable_difference(sd=self.sd, n_per_arm=n, alpha=self.alpha, power=self.power, ratio=ratio)
        except InputError:
            return None

    def smallest_share(self, lift: float, audience: int) -> float | None:
        """Return the smallest share of the audience whose hold-out shows the lift, None where half is too few.

        The hold-out ``c`` solves ``2 / (1 / c + 1 / (audience - c)) = n``, ``n`` being an arm of the even test.
        """
        even = self.people(lift, ratio=1.0)
        inside = audience * audience - 2 * audience * even
        if inside < 0:
            return None
        return (audience - math.sqrt(inside)) / 2 / audience


def check_test(
    baseline: float, rise: float | None, *, field: str, sd: float | None, alpha: float, power: float, inflation: float
) -> None:
    """Refuse what is no test.

    Args:
        baseline: Rate, 0-1; or mean, where ``sd`` is given.
        rise: What is to be found, absolute; None where that is the question.
        field: The name of the rise.
        sd: Standard deviation of a mean; None for a rate.
        alpha: Chance of a false alarm.
        power: Chance of finding the rise.
        inflation: How many times the people several looks need.

    Raises:
        InputError: One of them is out of range.
    """
    rates = {"alpha": alpha, "power": power} | ({"baseline": baseline} if sd is None else {})
    for name, rate in rates.items():
        if not 0 < rate < 1:
            raise InputError("not between 0 and 1", field=name, value=rate)
    if sd is not None and not (0 < sd < math.inf and math.isfinite(baseline)):
        raise InputError("not above zero", field="sd", value=sd)
    if rise is not None and not 0 < rise < (math.inf if sd is not None else 1 - baseline):
        raise InputError("the rise leads out of 0 to 1", field=field, value=rise, fix="Name an absolute rise.")
    if not 1 <= inflation < math.inf:
        raise InputError("more looks never need fewer people", field="inflation", value=inflation)
