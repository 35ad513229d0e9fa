"""Expected curves: the response averaged over what is not known of its shape.

The most likely curve is too sure of itself away from the spend that was seen. Averaging over half
saturation and slope (normal in logs, Gauss-Hermite quadrature with five nodes each) gives the curve
to decide by; the level at the reference spend stays the most likely one, so that a wide level does
not look like a high one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from nexusplanner.calculators.curve import Curves, Floats

_NODES = 5


@dataclass(frozen=True)
class AveragedCurves:
    """Curves of some channels, each averaged over its shape."""

    curves: Curves
    """Shape ``(nodes, channels)``."""
    weights: Floats
    """Shape ``(nodes,)``, adding up to one."""

    @classmethod
    def over(cls, means: Floats, covariances: Floats, references: Floats) -> AveragedCurves:
        """Average over shapes.

        Args:
            means: Coordinates, shape ``(channels, 4)``.
            covariances: Their covariances, shape ``(channels, 4, 4)``.
            references: Reference spends, shape ``(channels,)``.
        """
        nodes, weights = _quadrature()
        shapes = covariances[:, 1:3, 1:3]
        values, vectors = np.linalg.eigh(shapes)
        roots = np.einsum("cij,cj,ckj->cik", vectors, np.sqrt(np.maximum(values, 0.0)), vectors)
        grid = np.stack(np.meshgrid(nodes, nodes, indexing="ij"), axis=-1).reshape(-1, 2)
        points = np.repeat(means[None], len(grid), axis=0)
        points[:, :, 1:3] += np.einsum("cij,nj->nci", roots, grid)
        return cls(
            curves=Curves.at(points, np.broadcast_to(references, points.shape[:2])),
            weights=np.outer(weights, weights).reshape(-1),
        )

    def response(self, spend: Floats) -> Floats:
        """Return the expected weekly response to steady weekly spend of shape ``(channels,)`` or ``(channels, n)``."""
        return self._mean(self._fitting(spend).response(spend))

    def marginal(self, spend: Floats) -> Floats:
        """Return its derivative with respect to weekly spend, same shape."""
        return self._mean(self._fitting(spend).marginal(spend))

    def _fitting(self, spend: Floats) -> Curves:
        return self.curves if spend.ndim == 1 else self.curves.column()

    def _mean(self, values: Floats) -> Floats:
        result: Floats = np.tensordot(self.weights, values, axes=1)
        return result


@cache
def _quadrature() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()
