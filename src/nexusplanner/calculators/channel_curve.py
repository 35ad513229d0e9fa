"""One channel's curve as the calculation tells it: measured from rows, borrowed from the others, or assumed."""

from __future__ import annotations

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.averaged_curve import AveragedCurves
from nexusplanner.calculators.curve import MAX_DECAY, Curves, Floats
from nexusplanner.calculators.curve_band import curve_band
from nexusplanner.calculators.curve_prior import CurvePrior
from nexusplanner.calculators.curve_rows import CurveInputs
from nexusplanner.calculators.curve_warnings import channel_warnings
from nexusplanner.calculators.fitted_rows import FittedRows
from nexusplanner.calculators.scarce_results import result_size, scarce_level
from nexusplanner.domain.model import JsonObject

_POINTS = 25
_ASSUMED_WEEKLY_RESULTS = 100.0
_BORROWED = "its curve's shape is borrowed from the other channels, its level is what so few leave likely."


def measured_curve(given: CurveInputs, fitted: FittedRows, name: str) -> JsonObject:
    """Build the curve of a channel that was fitted."""
    i = fitted.names.index(name)
    block = slice(4 * i, 4 * i + 4)
    spend = given.weekly(given.spend[name])
    own = given.results.get(name)
    result = None if own is None else given.weekly(own)
    mean = fitted.fit.modes[i] + np.array([0.0, np.log(fitted.reference[i]), 0.0, 0.0])
    return curve_facts(
        status="assumed" if fitted.level_is_assumed else "measured",
        mean=mean,
        covariance=fitted.fit.covariance[block, block],
        reference=float(fitted.reference[i]),
        noise=float(fitted.fit.noise[i]),
        observed=_observed(spend, result),
        warnings=channel_warnings(name, spend, result),
    )


def unmeasured_curve(given: CurveInputs, fitted: FittedRows | None, prior: CurvePrior, name: str) -> JsonObject:
    """Build the curve of a channel without results: the pool's, at the pool's usual spend."""
    spend = given.weekly(given.spend.get(name) or ())
    own = given.results.get(name)
    if fitted is not None and own is not None and np.any(spend > 0):
        return _scarce(given, fitted, name)
    reference = _scale_without_rows(given, fitted, spend)
    mean = prior.centre + np.array([0.0, np.log(reference), 0.0, np.log(reference)])
    if fitted is None:
        warning = f"No history says what {name} brings: its curve is the brief's own unit cost, very wide."
        noise = 1.0
    else:
        warning = f"No rows for {name}: its curve is borrowed from the other channels, with their full spread."
        noise = float(np.median(fitted.fit.noise))
    return curve_facts(
        status="assumed" if fitted is None or fitted.level_is_assumed else "pooled",
        mean=mean,
        covariance=prior.covariance if fitted is not None else np.diag(prior.spread**2),
        reference=reference,
        noise=noise,
        observed=_observed(spend, None),
        warnings=[warning],
    )


def _scarce(given: CurveInputs, fitted: FittedRows, name: str) -> JsonObject:
    """Build the curve of a channel whose money brought next to nothing: the pool's shape, its own low level."""
    spend, result = given.weekly(given.spend[name]), np.maximum(given.weekly(given.results[name] or ()), 0.0)
    prior, size = fitted.fit.prior, result_size(result, given.metric)
    covariance = prior.covariance
    total = float(np.sum(result))
    level, doubt = scarce_level(
        float(prior.centre[3]), float(np.sqrt(covariance[3, 3])), spent=float(np.sum(spend)), results=total, size=size
    )
    reference = float(np.mean(spend[spend > 0]))
    covariance[3, 3] = doubt**2
    mean = np.append(prior.centre[:3], level) + np.array([0.0, np.log(reference), 0.0, np.log(reference)])
    return curve_facts(
        status="pooled",
        mean=mean,
        covariance=covariance,
        reference=reference,
        noise=size * float(np.exp(mean[3])) ** (1 - fitted.fit.power),
        observed=_observed(spend, result),
        warnings=[f"{name} brought {total:,.0f} {given.metric} in {spend.size} weeks: {_BORROWED}"],
    )


def _scale_without_rows(given: CurveInputs, fitted: FittedRows | None, spend: Floats) -> float:
    active = spend[spend > 0]
    if active.size:
        return float(np.mean(active))
    if fitted is not None:
        return float(np.exp(np.mean(np.log(fitted.reference))))
    if given.weekly_budget:
        return given.weekly_budget / len(given.channels)
    return given.unit_cost * _ASSUMED_WEEKLY_RESULTS


def _observed(spend: Floats, result: Floats | None) -> JsonObject:
    active = spend[spend > 0]
    return {
        "periods": int(spend.size),
        "active_periods": int(active.size),
        "mean_spend": float(np.mean(active)) if active.size else 0.0,
        "max_spend": float(np.max(spend)) if spend.size else 0.0,
        "total_spend": float(np.sum(spend)),
        "total_result": None if result is None else float(np.sum(result)),
    }


def curve_facts(
    *,
    status: str,
    mean: Floats,
    covariance: Floats,
    reference: float,
    noise: float,
    observed: JsonObject,
    warnings: list[str],
) -> JsonObject:
    """Write a curve as the calculation tells it.

    Args:
        status: Where it comes from.
        mean: Its coordinates, shape ``(4,)``.
        covariance: Their covariance, shape ``(4, 4)``.
        reference: Weekly spend that the last coordinate refers to.
        noise: Variance of a week's result over its expectation to the fit's power.
        observed: What the rows say of the channel.
        warnings: What a reader should know.
    """
    curve = Curves.at(mean, np.array(reference))
    expected = AveragedCurves.over(mean[None], covariance[None], np.array([reference]))
    top = 2.0 * max(reference, float(str(observed["max_spend"])) / 1.5)
    spends = np.linspace(0.0, top, _POINTS)
    points: list[JsonValue] = [
        [float(s), float(r)] for s, r in zip(spends, expected.response(spends[None])[0], strict=True)
    ]
    band: list[JsonValue] = [[float(v) for v in pair] for pair in curve_band(mean, covariance, reference, spends)]
    total, spent = observed["total_result"], observed["total_spend"]
    past = float(str(spent)) / float(str(total)) if total and spent else None
    told: list[JsonValue] = list(warnings)
    return {
        "status": status,
        "decay": float(MAX_DECAY / (1 + np.exp(-mean[0]))),
        "half_saturation": float(curve.half_saturation),
        "slope": float(curve.slope),
        "ceiling": float(curve.ceiling),
        "reference_spend": reference,
        "log_mean": [float(v) for v in mean],
        "log_cov": [[float(v) for v in row] for row in covariance],
        "noise": noise,
        "observed": observed,
        "unit_cost_past": past,
        "warnings": told,
        "points": points,
        "band": band,
    }
