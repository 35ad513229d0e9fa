"""Response curves: geometric adstock and Hill saturation, in scale-free coordinates.

Spend ``x_t`` of past weeks carries over as ``a_t = (1 - d) * sum_l d**l * x_(t-l)``; the weights add
up to one, so constant spend ``s`` gives ``a = s``. The weekly response is
``C * a**k / (a**k + g**k)``: ceiling ``C``, half saturation ``g`` in money a week, slope ``k``
(above 1 the curve is S-shaped). Formulas: Jin et al. 2017, "Bayesian Methods for Media Mix Modeling
with Carryover and Shape Effects".

A curve lives as four unbounded coordinates: ``logit(d / 0.95)``, ``log g``, ``log k`` and ``log R``,
where ``R`` is the response at a reference spend. ``R`` is what data pin down best, so the four are
nearly uncorrelated, which is what makes a normal posterior a fair one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MAX_DECAY = 0.95
COORDINATES = ("logit_decay", "log_half_saturation", "log_slope", "log_response")
_TINY = 1e-12
_MOST_LOG = 300.0
_BOX = np.array([[-6.0, -7.0, -1.2, -40.0], [6.0, 7.0, 1.8, 40.0]])


@dataclass(frozen=True)
class Curves:
    """Many curves at once; every array has the same shape ``(...)``."""

    decay: Floats
    half_saturation: Floats
    slope: Floats
    ceiling: Floats

    @classmethod
    def at(cls, coordinates: Floats, reference: Floats) -> Curves:
        """Read curves from coordinates of shape ``(..., 4)`` and reference spends of shape ``(...)``."""
        log_half = coordinates[..., 1]
        slope = np.exp(np.clip(coordinates[..., 2], _BOX[0, 2], _BOX[1, 2]))
        share = expit(slope * (np.log(reference) - log_half))
        return cls(
            decay=MAX_DECAY * expit(coordinates[..., 0]),
            half_saturation=np.exp(log_half),
            slope=slope,
            ceiling=np.exp(coordinates[..., 3]) / np.maximum(share, _TINY),
        )

    def column(self) -> Curves:
        """Add an axis for points: shape ``(..., channels)`` becomes ``(..., channels, 1)``."""
        return Curves(
            decay=self.decay[..., None],
            half_saturation=self.half_saturation[..., None],
            slope=self.slope[..., None],
            ceiling=self.ceiling[..., None],
        )

    def response(self, spend: Floats) -> Floats:
        """Return the weekly response to constant weekly spend, broadcast over the curves."""
        with np.errstate(divide="ignore"):
            distance = np.log(spend) - np.log(self.half_saturation)
        # Hundreds of thousands of values at a time: what is bound here is memory, so nothing is copied.
        np.multiply(self.slope, distance, out=distance)
        result = _expit_in_place(distance)
        return np.multiply(self.ceiling, result, out=result)

    def marginal(self, spend: Floats) -> Floats:
        """Return the derivative of the weekly response with respect to weekly spend."""
        spend = np.maximum(spend, _TINY * self.half_saturation)
        share = expit(self.slope * (np.log(spend) - np.log(self.half_saturation)))
        result: Floats = self.ceiling * share * (1 - share) * self.slope / spend
        return result


def expit(values: Floats) -> Floats:
    """Return the logistic function; written with tanh, it cannot overflow."""
    return _expit_in_place(np.array(values, dtype=np.float64))


def _expit_in_place(values: Floats) -> Floats:
    values *= 0.5
    np.tanh(values, out=values)
    values += 1.0
    values *= 0.5
    return values


def lagged(spend: Floats, *, before: Floats | None = None, lags: int = 104) -> Floats:
    """Stack spend of shape ``(..., n)`` with its past: ``[..., t, l]`` is the spend ``l`` periods before ``t``.

    Args:
        spend: Spend a period.
        before: Steady spend of the time before the first period, shape ``(...)``; None is no spend.
        lags: Look back at most so far.
    """
    n = spend.shape[-1]
    width = min(n, lags) if before is None else min(n + 52, lags)
    pad = np.zeros((*spend.shape[:-1], width - 1))
    if before is not None:
        pad += before[..., None]
    windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([pad, spend], axis=-1), width, axis=-1)
    return np.ascontiguousarray(windows[..., ::-1])


def adstock_weights(decay: Floats, lags: int) -> tuple[Floats, Floats]:
    """Return the carry-over weights ``(..., lags)`` and their derivative with respect to the decay."""
    steps = np.arange(lags, dtype=np.float64)
    d = decay[..., None]
    powers = d**steps
    before = np.concatenate([np.zeros((*decay.shape, 1)), powers[..., :-1]], axis=-1)
    return (1 - d) * powers, steps * before - (steps + 1) * powers


def fitted(coordinates: Floats, lags: Floats) -> tuple[Floats, Floats]:
    """Compute fitted responses and their Jacobian.

    Args:
        coordinates: Scale-free coordinates, shape ``(p, 4)``; the reference spend is 1.
        lags: Spend over the reference with its past, shape ``(p, n, l)``.

    Returns:
        Responses of shape ``(p, n)`` and derivatives of shape ``(p, n, 4)``.
    """
    share_of_max = expit(coordinates[:, 0])
    decay = MAX_DECAY * share_of_max
    weights, slopes = adstock_weights(decay, lags.shape[-1])
    both = lags @ np.stack([weights, slopes], axis=-1)
    carried = np.maximum(both[..., 0], _TINY)
    log_half, slope = coordinates[:, 1:2], np.exp(coordinates[:, 2:3])
    distance = slope * (np.log(carried) - log_half)
    share, share_at_one = expit(distance), expit(-slope * log_half)
    # In logs: on a steep curve far from its half saturation both shares vanish, but not their ratio.
    ratio = np.logaddexp(0.0, slope * log_half) - np.logaddexp(0.0, -distance)
    response = np.exp(coordinates[:, 3:4] + np.minimum(ratio, _MOST_LOG))
    jacobian = np.empty((*response.shape, 4))
    by_decay = (decay * (1 - share_of_max))[:, None]
    jacobian[..., 0] = response * (1 - share) * slope * both[..., 1] * by_decay / carried
    jacobian[..., 1] = response * slope * (share - share_at_one)
    jacobian[..., 2] = response * ((1 - share) * distance + (1 - share_at_one) * slope * log_half)
    jacobian[..., 3] = response
    return response, jacobian


def boxed(coordinates: Floats) -> Floats:
    """Keep scale-free coordinates within what any market shows, so that no step overflows."""
    result: Floats = np.clip(coordinates, _BOX[0], _BOX[1])
    return result
