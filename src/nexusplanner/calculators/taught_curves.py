"""Taught curves: those that a history gives, moved by what was reported of earlier campaigns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.belief import Belief
from nexusplanner.calculators.calibration import calibration_factor, told
from nexusplanner.calculators.channel_curve import curve_facts
from nexusplanner.calculators.curve_set import ChannelCurve, CurveSet
from nexusplanner.calculators.outcome_update import updated
from nexusplanner.domain.learned import ChannelPrior, Learned, PastRows
from nexusplanner.domain.model import JsonObject


def taught(outputs: JsonObject, learned: Learned) -> JsonObject:
    """Move the curves of a fit by what earlier outcomes say.

    A channel that the history has money of keeps what its rows say and is moved by the reported weeks. One without
    starts from what the last outcome left of it, and is moved by what was reported since.

    Args:
        outputs: What the fit of the history gave, ``response_curves`` without outcomes.
        learned: What was reported.

    Returns:
        The same outputs with moved curves; ``calibration`` and ``carried`` besides, which a forecast follows, and
        ``forecasts``: how each earlier forecast did.
    """
    curves = CurveSet.read(outputs)
    priors = {n: p for n, p in learned.priors.items() if n in curves.channels and _is_blank(curves.channels[n])}
    power = _power(outputs, curves, priors)
    belief = Belief.of(curves.model_copy(update={"noise_power": power}), curves.names)
    for prior in priors.values():
        belief = belief.with_prior(prior)
    rows = [row for row in learned.rows if row.channel in curves.channels and _is_news(row, priors)]
    moved = updated(belief, rows)
    channels: dict[str, JsonValue] = dict(_channels(outputs))
    # Channels that were fitted together have moved together; else each has its own rows alone.
    touched = {row.channel for row in rows} | set(priors)
    for name in moved.names if curves.joint is not None and rows else sorted(touched):
        channels[name] = _taught(outputs, name, moved, prior=priors.get(name), rows=rows)
    return outputs | {
        "channels": channels,
        "noise_power": power,
        "joint": None if curves.joint is None else [[float(v) for v in row] for row in moved.covariance],
        "calibration": calibration_factor(learned.misses),
        "carried": {name: money for name, money in learned.carried.items() if name in curves.channels},
        "forecasts": told(learned.misses),
    }


def _is_blank(curve: ChannelCurve) -> bool:
    return curve.observed.active_periods == 0


def _is_news(row: PastRows, priors: dict[str, ChannelPrior]) -> bool:
    return row.channel not in priors or row.outcome not in priors[row.channel].outcomes


def _power(outputs: JsonObject, curves: CurveSet, priors: dict[str, ChannelPrior]) -> float:
    """Return how noise grows: as the history's rows say, else as the earlier outcomes' did."""
    if outputs["layout"] == "none" and priors:
        return next(iter(priors.values())).noise_power
    return curves.noise_power


def _channels(outputs: JsonObject) -> JsonObject:
    channels = outputs["channels"]
    assert isinstance(channels, dict)
    return channels


def _taught(
    outputs: JsonObject, name: str, moved: Belief, *, prior: ChannelPrior | None, rows: Sequence[PastRows]
) -> JsonObject:
    before = _channels(outputs)[name]
    assert isinstance(before, dict)
    own = [row for row in rows if row.channel == name]
    i = moved.names.index(name)
    return curve_facts(
        status="measured" if own else prior.status if prior else str(before["status"]),
        mean=moved.coordinates(name),
        covariance=moved.spread(name),
        reference=float(moved.references[i]),
        noise=float(moved.noise[i]),
        observed=_observed(before["observed"], prior, own),
        warnings=[str(w) for w in _warnings(before)] if before["status"] == "measured" or not (own or prior) else [],
    )


def _warnings(channel: JsonObject) -> list[JsonValue]:
    warnings = channel["warnings"]
    assert isinstance(warnings, list)
    return warnings


def _observed(before: JsonValue, prior: ChannelPrior | None, rows: Sequence[PastRows]) -> JsonObject:
    """Add what was reported to what the history says; of a prior it is known how long and how much at most."""
    assert isinstance(before, dict)
    spend = np.array([money for row in rows for money in row.spend], dtype=np.float64)
    active = spend[spend > 0]
    weeks = int(str(before["active_periods"])) + (prior.weeks if prior else 0)
    mean = prior.reference_spend if prior else float(str(before["mean_spend"]))
    total = (prior.weeks * prior.reference_spend if prior else float(str(before["total_spend"]))) + float(spend.sum())
    brought = [value for row in rows for value in row.results]
    known = before["total_result"]
    return {
        "periods": int(str(before["periods"])) + (prior.weeks if prior else 0) + int(spend.size),
        "active_periods": weeks + int(active.size),
        "mean_spend": float((weeks * mean + active.sum()) / max(weeks + active.size, 1)),
        "max_spend": max(float(str(before["max_spend"])), prior.max_spend if prior else 0.0, *spend.tolist(), 0.0),
        "total_spend": total,
        "total_result": None if known is None or prior else float(str(known)) + float(sum(brought)),
    }
