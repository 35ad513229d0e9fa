"""What is expected of any channel before its rows are read, and what channels teach each other.

The prior of a channel is normal in the scale-free coordinates of ``curve``: carry-over, half
saturation relative to its usual spend, slope, and efficiency at its usual spend. Centre and spread
are learned from all channels by expectation maximisation (Dempster, Laird & Rubin 1977), held by a
broad start: with one channel the start rules, with ten the channels do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.calculators.curve import Floats

_CENTRE = np.array([-0.3, 0.3, 0.05])
_SPREAD = np.array([1.0, 0.42, 0.28, 0.6])
_CENTRE_DOUBT = np.array([0.7, 0.3, 0.25])
_WEIGHT = 8.0
"""How many channels the starting spread is worth."""


@dataclass(frozen=True)
class CurvePrior:
    """A normal prior over the four coordinates, the last one being log efficiency at the reference spend."""

    centre: Floats
    """Shape ``(4,)``."""
    spread: Floats
    """Standard deviations between channels, shape ``(4,)``."""
    doubt: Floats
    """Standard deviations of the centre itself, shape ``(4,)``."""
    start: Floats
    """The centre before any rows."""
    start_doubt: Floats

    def learned(self, modes: Floats, variances: Floats) -> CurvePrior:
        """Learn centre and spread from fitted channels, one step of expectation maximisation.

        Args:
            modes: Fitted coordinates, shape ``(channels, 4)``.
            variances: Their posterior variances under this prior, shape ``(channels, 4)``.
        """
        tau2 = self.spread**2
        precision = 1 / self.start_doubt**2 + np.sum(1 / (tau2 + variances), axis=0)
        centre = (self.start / self.start_doubt**2 + np.sum(modes / (tau2 + variances), axis=0)) / precision
        scatter = np.sum((modes - centre) ** 2 + variances, axis=0)
        spread2 = (_WEIGHT * _SPREAD**2 + scatter) / (_WEIGHT + len(modes))
        return replace(self, centre=centre, spread=np.sqrt(spread2), doubt=np.sqrt(1 / precision))

    @property
    def covariance(self) -> Floats:
        """Covariance of a channel that has no rows, shape ``(4, 4)``."""
        return np.diag(self.spread**2 + np.minimum(self.doubt, self.spread) ** 2)


def starting_prior(log_efficiency: float, *, doubt: float = 1e3) -> CurvePrior:
    """Return the prior before any rows.

    Args:
        log_efficiency: Log of metric per money to start from.
        doubt: Its standard deviation; the default lets the rows alone decide.
    """
    centre, doubts = np.append(_CENTRE, log_efficiency), np.append(_CENTRE_DOUBT, doubt)
    return CurvePrior(centre=centre, spread=_SPREAD, doubt=doubts, start=centre, start_doubt=doubts)
