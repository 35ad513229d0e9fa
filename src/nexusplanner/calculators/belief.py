"""A belief about curves: normal in their coordinates, with the noise of a week's result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.domain.learned import ChannelPrior

_FEWEST_WEEKS = 4.0
_MOST_WEEKS = 200.0


@dataclass(frozen=True)
class Belief:
    """What is believed of some channels' curves together."""

    names: tuple[str, ...]
    means: Floats
    """Coordinates relative to the reference spends, shape ``(channels, 4)``."""
    covariance: Floats
    """Shape ``(4 * channels, 4 * channels)``."""
    references: Floats
    """Weekly spends that the last coordinate refers to, shape ``(channels,)``."""
    noise: Floats
    """Variance of a week's result over ``mean ** power``, shape ``(channels,)``."""
    weeks: Floats
    """Weeks that the noise was learnt from, shape ``(channels,)``."""
    power: float

    @classmethod
    def of(cls, curves: CurveSet, names: Sequence[str]) -> Belief:
        """Read the belief in some fitted curves."""
        some = curves.only(tuple(names))
        active = [channel.observed.active_periods for channel in some.channels.values()]
        return cls(
            names=some.names,
            means=some.means - _scales(some.references),
            covariance=some.covariance,
            references=some.references,
            noise=some.noise,
            weeks=np.clip(np.array(active, dtype=np.float64), _FEWEST_WEEKS, _MOST_WEEKS),
            power=curves.noise_power,
        )

    def with_prior(self, prior: ChannelPrior) -> Belief:
        """Believe of one channel what an earlier outcome left; it shares nothing with the others then."""
        i = self.names.index(prior.channel)
        block = slice(4 * i, 4 * i + 4)
        covariance, means = self.covariance.copy(), self.means.copy()
        covariance[block], covariance[:, block] = 0.0, 0.0
        covariance[block, block] = prior.log_cov
        means[i] = np.array(prior.log_mean) - _scales(np.array([prior.reference_spend]))[0]
        # The same variance at the reference spend, whichever power it was told in.
        noise = prior.noise * float(np.exp(prior.log_mean[3])) ** (prior.noise_power - self.power)
        return replace(
            self,
            means=means,
            covariance=covariance,
            references=_put(self.references, i, prior.reference_spend),
            noise=_put(self.noise, i, noise),
            weeks=_put(self.weeks, i, min(max(float(prior.weeks), _FEWEST_WEEKS), _MOST_WEEKS)),
        )

    def coordinates(self, channel: str) -> Floats:
        """Return a channel's coordinates as curves are read from, shape ``(4,)``."""
        i = self.names.index(channel)
        result: Floats = self.means[i] + _scales(self.references[i : i + 1])[0]
        return result

    def spread(self, channel: str) -> Floats:
        """Return a channel's own covariance, shape ``(4, 4)``."""
        i = self.names.index(channel)
        result: Floats = self.covariance[4 * i : 4 * i + 4, 4 * i : 4 * i + 4]
        return result


def _scales(references: Floats) -> Floats:
    shift = np.zeros((references.size, 4))
    shift[:, 1] = np.log(references)
    return shift


def _put(values: Floats, i: int, value: float) -> Floats:
    changed = values.copy()
    changed[i] = value
    return changed
