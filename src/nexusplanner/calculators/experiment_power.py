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
