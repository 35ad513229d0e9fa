"""Arms: what was counted of the people in one arm of a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Arm:
    """One arm of a test: how many people, and the sum of what was measured of each.

    For a rate, ``total`` is the number of successes; for a mean also give the sum of squares.
    """

    n: int
    total: float
    squares: float | None = None
    """Sum of squared values; None for a rate."""

    @classmethod
    def of_values(
        cls,
        values: Sequence[float] | npt.NDArray[np.generic],
        *,
        kind: Literal["rate", "mean"] | None = None,
    ) -> Arm:
        """Count an arm from one value a person.

        Args:
            values: Shape (people,). Nothing but 0 and 1 makes a rate, anything else a mean.
            kind: Says which it is, where nobody of this arm happens to have spent anything but 0 or 1.

        Raises:
            InputError: There are no values, one is not a finite number, or a rate holds other than 0 and 1.
        """
        import numpy as np

        try:
            found = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InputError("an arm takes numbers, one a person", field="values") from error
        if found.ndim != 1 or not found.size or not np.isfinite(found).all():
            raise InputError("an arm takes one finite number a person", field="values", value=f"shape {found.shape}")
        is_binary = bool(np.isin(found, (0.0, 1.0)).all())
        if kind == "rate" and not is_binary:
            raise InputError("a rate takes 0 and 1 alone", field="values", fix="Leave kind out, or say 'mean'.")
        is_rate = is_binary if kind is None else kind == "rate"
        return cls(len(found), float(found.sum()), None if is_rate else float(found @ found))

    def __add__(self, other: Arm) -> Arm:
        """Put the people of two arms together."""
        squares = None
        if self.squares is not None or other.squares is not None:
            squares = _squares(self) + _squares(other)
        return Arm(self.n + other.n, self.total + other.total, squares)


class ArmRow(BaseModel):
    """An arm in plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    n: int
    total: float
    squares: float | None = None

    @property
    def arm(self) -> Arm:
        """Return the arm."""
        return Arm(self.n, self.total, self.squares)


def arm_row(name: str, arm: Arm) -> JsonObject:
    """Write an arm in plain JSON.

    Raises:
        InputError: It has fewer than two people, or counts more successes than people.
    """
    is_rate = arm.squares is None
    if arm.n < 2 or (is_rate and not 0 <= arm.total <= arm.n) or not _can_be(arm):
        raise InputError("not an arm of a finished test", field=name, value=f"n={arm.n}, total={arm.total}")
    return {"n": arm.n, "total": float(arm.total), "squares": None if arm.squares is None else float(arm.squares)}


def _can_be(arm: Arm) -> bool:
    """Tell whether the squares are at least what the mean alone makes them (Cauchy-Schwarz)."""
    return arm.squares is None or arm.squares * arm.n >= arm.total**2 * (1 - 1e-9)


def _squares(arm: Arm) -> float:
    """Return the sum of squares; for a rate, ones squared are ones."""
    return arm.total if arm.squares is None else arm.squares


def mean_and_variance(arm: Arm) -> tuple[float, float]:
    """Return the mean of an arm and its variance, with ``n - 1``."""
    mean = arm.total / arm.n
    return mean, max(_squares(arm) - arm.n * mean * mean, 0.0) / (arm.n - 1)
