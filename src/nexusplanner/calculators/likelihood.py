"""Maximum likelihood over rows that stand for one customer or for many alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.levenberg import minimise
from nexusplanner.errors import InputError

Likelihood = Callable[[Floats], tuple[Floats, Floats]]
"""Positive parameters -> log likelihood of every row, shape ``(rows,)``, and slopes, ``(parameters, rows)``."""

_FARTHEST = 12.0


def row_weights(weights: npt.ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    """Return how many customers each row stands for; one where nothing is given.

    Raises:
        InputError: The weights are not one positive number a row.
    """
    if weights is None:
        return np.ones(shape)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != shape or not np.all(np.isfinite(given)) or np.any(given <= 0):
        raise InputError("weights must be one positive number a row", field="weights", value=given.shape)
    return given


def weighted_rows(columns: Sequence[Floats], weights: Floats) -> tuple[Floats, Floats]:
    """Join equal rows, in an order that does not depend on the one they came in.

    Args:
        columns: Columns of one length.
        weights: Weight of each row.

    Returns:
        The different rows, shape ``(rows, columns)``, and the weight of each.
    """
    rows, places = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return rows, np.bincount(places.ravel(), weights=weights).astype(np.float64)


def most_likely(likelihood: Likelihood, weights: Floats, *, start: Floats) -> tuple[Floats, float]:
    """Find the positive parameters that make the rows likeliest, by damped steps over their logs.

    The curvature is taken from the slopes of the single rows (Berndt, Hall, Hall & Hausman 1974,
    "Estimation and Inference in Nonlinear Structural Models").

    Args:
        likelihood: Log likelihood of the rows and its slopes.
        weights: Weight of each row.
        start: Logs of the parameters to begin with.

    Returns:
        The parameters, and the log likelihood of all rows there.
    """
    total = float(np.sum(weights))

    def cost(logs: Floats) -> tuple[Floats, Floats, Floats]:
        parameters = np.exp(logs[0])
        values, slopes = likelihood(parameters)
        each = parameters[:, None] * slopes
        matrix = (each * weights) @ each.T / total
        return np.array([-(weights @ values) / total]), -(each @ weights)[None] / total, matrix[None]

    def limit(logs: Floats) -> Floats:
        return np.clip(logs, -_FARTHEST, _FARTHEST)

    found, value, _ = minimise(cost, start[None], limit=limit, steps=500, tolerance=1e-15)
    return np.exp(found[0]), -float(value[0]) * total
