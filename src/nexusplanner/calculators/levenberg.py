"""Damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963) for many small problems at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nexusplanner.calculators.curve import Floats

Objective = Callable[[Floats], tuple[Floats, Floats, Floats]]
"""Parameters ``(p, k)`` -> costs ``(p,)``, gradients ``(p, k)`` and Gauss-Newton matrices ``(p, k, k)``.

The cost is half the sum of squares, the prior's squares included."""


def minimise(
    objective: Objective,
    start: Floats,
    *,
    limit: Callable[[Floats], Floats],
    steps: int = 40,
    tolerance: float = 1e-9,
) -> tuple[Floats, Floats, Floats]:
    """Minimise many least-squares problems at once.

    Args:
        objective: Costs, gradients and Gauss-Newton matrices at given parameters.
        start: Where to start, shape ``(p, k)``.
        limit: Keeps parameters within a box.
        steps: At most so many steps.
        tolerance: Stop when no cost falls by more than this share of itself.

    Returns:
        Parameters ``(p, k)``, costs ``(p,)`` and Gauss-Newton matrices ``(p, k, k)``.
    """
    here = limit(start)
    cost, gradient, matrix = objective(here)
    damping = np.full(len(here), 1e-2)
    identity = np.eye(here.shape[1])
    for _ in range(steps):
        scale = np.maximum(np.einsum("pkk->pk", matrix), 1e-8)
        damped = matrix + (damping[:, None] * scale)[:, :, None] * identity
        moved = limit(here - np.linalg.solve(damped, gradient[..., None])[..., 0])
        new_cost, new_gradient, new_matrix = objective(moved)
        better = new_cost < cost
        gain = np.where(better, cost - new_cost, 0.0)
        settled = np.all(np.where(better, gain <= tolerance * (1 + cost), damping > 1e3))
        here = np.where(better[:, None], moved, here)
        gradient = np.where(better[:, None], new_gradient, gradient)
        matrix = np.where(better[:, None, None], new_matrix, matrix)
        cost = np.where(better, new_cost, cost)
        damping = np.clip(np.where(better, damping * 0.2, damping * 5.0), 1e-7, 1e6)
        if settled:
            break
    return here, cost, matrix
