"""Fitted curves as other calculators take them: typed, without the rows they came from."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from nexusplanner.calculators.averaged_curve import AveragedCurves
from nexusplanner.calculators.curve import Curves, Floats
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

CurveStatus = Literal["measured", "pooled", "assumed"]


class Observed(BaseModel):
    """What the history says of one channel; money and metric per week."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    periods: int
    active_periods: int
    mean_spend: float
    max_spend: float
    total_spend: float
    total_result: float | None


class ChannelCurve(BaseModel):
    """One channel's curve, its uncertainty and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: CurveStatus
    reference_spend: float
    """Weekly spend at which ``log_mean[3]`` is the log response."""
    log_mean: tuple[float, float, float, float]
    log_cov: tuple[tuple[float, ...], ...]
    observed: Observed
    unit_cost_past: float | None
    noise: float
    """Variance of a week's result over the expected result to ``noise_power``."""


class CurveSet(BaseModel):
    """All curves of one fit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    metric: Metric
    channels: dict[str, ChannelCurve]
    noise_power: float
    joint: tuple[tuple[float, ...], ...] | None = None
    """Covariance of all coordinates across channels, in the order of ``channels``, where they were fitted together."""
    calibration: float | None = None
    """What widths are multiplied by, as the outcomes of earlier forecasts say; None where there are none."""
    carried: dict[str, float] | None = None
    """Channel -> money a week that runs when the campaign begins; None takes each to run as it will."""

    @classmethod
    def of(cls, curves: Calculation) -> CurveSet:
        """Read the curves of a ``response_curves`` calculation.

        Raises:
            InputError: It is another calculator's.
        """
        if curves.name != "response_curves":
            raise InputError(
                "these are not response curves",
                field="curves",
                value=curves.name,
                fix="Pass what fit_response_curves returned.",
            )
        return cls.read(curves.outputs)

    @classmethod
    def read(cls, outputs: object) -> CurveSet:
        """Read curves from plain JSON.

        Raises:
            InputError: A field is missing or of another kind.
        """
        try:
            return cls.model_validate(outputs)
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(
                f"not response curves: {first['msg']}",
                field=".".join(str(part) for part in first["loc"]),
            ) from error

    def dump(self) -> JsonObject:
        """Write the curves as plain JSON, as the inputs of another calculation."""
        untaught = {name for name in ("calibration", "carried") if getattr(self, name) is None}
        written: JsonObject = self.model_dump(mode="json", exclude=untaught)
        return written

    def only(self, names: tuple[str, ...]) -> CurveSet:
        """Keep some channels, in the order given."""
        joint = None
        if self.joint is not None:
            known = list(self.channels)
            rows = [4 * known.index(name) + k for name in names for k in range(4)]
            joint = tuple(tuple(self.joint[a][b] for b in rows) for a in rows)
        return CurveSet(
            metric=self.metric,
            channels={name: self.channels[name] for name in names},
            noise_power=self.noise_power,
            joint=joint,
            calibration=self.calibration,
            carried=None if self.carried is None else {n: v for n, v in self.carried.items() if n in names},
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The channels, in order."""
        return tuple(self.channels)

    @property
    def means(self) -> Floats:
        """Coordinates of the central curves, shape ``(channels, 4)``."""
        return np.array([c.log_mean for c in self.channels.values()], dtype=np.float64).reshape(-1, 4)

    @property
    def references(self) -> Floats:
        """Reference spends, shape ``(channels,)``."""
        return np.array([c.reference_spend for c in self.channels.values()], dtype=np.float64)

    @property
    def covariance(self) -> Floats:
        """Covariance of all coordinates, shape ``(4 * channels, 4 * channels)``."""
        if self.joint is not None:
            return np.array(self.joint, dtype=np.float64).reshape(4 * len(self.channels), -1)
        whole = np.zeros((4 * len(self.channels), 4 * len(self.channels)))
        for i, channel in enumerate(self.channels.values()):
            whole[4 * i : 4 * i + 4, 4 * i : 4 * i + 4] = channel.log_cov
        return whole

    @property
    def central(self) -> Curves:
        """The most likely curves, shape ``(channels,)``."""
        return Curves.at(self.means, self.references)

    @property
    def expected(self) -> AveragedCurves:
        """The curves to decide by, averaged over what is not known of their shape."""
        covariances = np.array([c.log_cov for c in self.channels.values()], dtype=np.float64).reshape(-1, 4, 4)
        return AveragedCurves.over(self.means, covariances, self.references)

    @property
    def noise(self) -> Floats:
        """Noise scale of each channel, shape ``(channels,)``."""
        return np.array([c.noise for c in self.channels.values()], dtype=np.float64)

    def draws(self, count: int, *, seed: int) -> Curves:
        """Draw curves from the posterior, shape ``(count, channels)``; the same seed gives the same draws.

        Standard normal draws come from numpy's PCG64, mirrored so that their mean is exactly zero.
        """
        half = np.random.Generator(np.random.PCG64(seed)).standard_normal((-(-count // 2), 4 * len(self.channels)))
        normal = np.concatenate([half, -half])[:count]
        values, vectors = np.linalg.eigh(self.covariance)
        root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
        shifts = (normal @ root).reshape(count, len(self.channels), 4)
        return Curves.at(
            self.means + shifts,
            np.broadcast_to(self.references, (count, len(self.channels))),
        )
