"""Response curves: what one more unit of money a week brings in each channel, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.averaged_curve import AveragedCurves
from nexusplanner.calculators.curve import MAX_DECAY, Curves, Floats
from nexusplanner.calculators.curve_prior import CurvePrior, starting_prior
from nexusplanner.calculators.curve_rows import CurveInputs, curve_inputs
from nexusplanner.calculators.curve_warnings import channel_warnings, collinear_pairs
from nexusplanner.calculators.joint_fit import JointRows, fit_jointly
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.separate_fit import CurveFit, SeparateRows, fit_separately
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

_POINTS = 25
_ASSUMED_UNIT_COST = 10.0
_ASSUMED_WEEKLY_RESULTS = 100.0
_LEVEL_DOUBT = 0.7
"""Standard deviation of the log level where no row has the metric."""


def fit_response_curves(
    history: ChannelHistory | None,
    *,
    channels: Sequence[str],
    metric: Metric,
    implied_unit_cost: float | None,
    seed: int,
    weekly_budget: float | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Fit one response curve a channel: geometric adstock, Hill saturation, honest width.

    Args:
        history: Past spend and results, long (a result column a channel) or wide (one outcome);
            None where there is none.
        channels: The channels to answer for; all of the history's where empty. One without rows
            borrows from the others and is marked ``pooled``, or ``assumed`` where no rows help.
        metric: What to count; ``visits`` are clicks, ``leads`` and ``signups`` are conversions.
        implied_unit_cost: Budget over target: money per unit of the metric, used where no row
            tells a level.
        seed: Kept with the inputs; the fit itself draws nothing.
        weekly_budget: Money a week that is to be planned; the scale of curves with no rows.
        evidence: Ids of the evidence the history is.

    Returns:
        ``response_curves``: spend in money a week, responses in metric a week at steady spend.

    Raises:
        InputError: There is no channel at all.
    """
    inputs = curve_inputs(
        history,
        channels=channels,
        metric=metric,
        implied_unit_cost=implied_unit_cost,
        weekly_budget=weekly_budget,
        seed=seed,
    )
    if not inputs.channels:
        raise InputError(
            "no channel to fit",
            field="channels",
            fix="Name channels in the brief or give a history that has some.",
        )
    source = "no rows" if history is None else f"{len(history.dates)} {history.cadence} rows of {history.source}"
    return calculate(
        "response_curves",
        inputs.model_dump(mode="json", exclude_defaults=True)
        | {"implied_unit_cost": implied_unit_cost, "channels": list(inputs.channels)},
        explain=lambda outputs: _explanation(outputs, source),
        evidence=tuple(evidence),
    )


def _explanation(outputs: JsonObject, source: str) -> str:
    channels = outputs["channels"]
    assert isinstance(channels, dict)
    counts = dict.fromkeys(("measured", "pooled", "assumed"), 0)
    for channel in channels.values():
        assert isinstance(channel, dict)
        counts[str(channel["status"])] += 1
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return f"Fitted adstock and Hill curves of {outputs['metric']} for {len(channels)} channels ({told}) from {source}."


@dataclass(frozen=True)
class _Fitted:
    """A fit and the rows it was made from."""

    names: tuple[str, ...]
    fit: CurveFit
    reference: Floats
    actual: Floats
    warnings: tuple[str, ...]
    level_is_assumed: bool = False


def compute(inputs: JsonObject) -> JsonObject:
    """Fit response curves from plain JSON."""
    given = CurveInputs.model_validate(inputs)
    fitted = _fit(given)
    prior = fitted.fit.prior if fitted else starting_prior(-float(np.log(_unit_cost(given))))
    channels: dict[str, JsonValue] = {}
    rows: list[int] = []
    for name in given.channels:
        if fitted is not None and name in fitted.names:
            channels[name] = _measured(given, fitted, name)
            rows.append(fitted.names.index(name))
        else:
            channels[name] = _unmeasured(given, fitted, prior, name)
            rows.append(-1)
    return {
        "metric": given.metric,
        "cadence": given.cadence,
        "layout": given.layout,
        "channels": channels,
        "noise_power": fitted.fit.power if fitted else 1.0,
        "joint": _joint(given, fitted, channels, rows),
        "fit": _quality(fitted),
        "noise": {
            "power": fitted.fit.power if fitted else 1.0,
            "model": "variance = noise * mean ** power, a week",
        },
        "warnings": _warnings(given, fitted),
    }


def _fit(given: CurveInputs) -> _Fitted | None:
    return _fit_wide(given) if given.layout == "wide" else _fit_long(given) if given.layout == "long" else None


def _reference(spend: Floats) -> Floats:
    active = np.maximum(np.sum(spend > 0, axis=1), 1)
    result: Floats = np.sum(spend, axis=1) / active
    return result


def _fit_long(given: CurveInputs) -> _Fitted | None:
    names = tuple(n for n in given.known if any(v > 0 for v in given.results.get(n) or ()))
    if not names:
        return None
    spend = np.stack([given.weekly(given.spend[n]) for n in names])
    result = np.stack([given.weekly(given.results[n] or ()) for n in names])
    keep = np.sum(spend, axis=1) > 0
    names = tuple(n for n, kept in zip(names, keep, strict=True) if kept)
    if not names:
        return None
    spend, result = spend[keep], result[keep]
    reference = _reference(spend)
    fit = fit_separately(SeparateRows(spend=spend, result=np.maximum(result, 0.0), reference=reference))
    return _Fitted(names=names, fit=fit, reference=reference, actual=result, warnings=())


def _fit_wide(given: CurveInputs) -> _Fitted | None:
    names = given.known
    outcome = given.weekly(given.outcome or ())
    if not names or outcome.size < 8 or float(np.mean(outcome)) <= 0:
        return None
    spend = np.stack([given.weekly(given.spend[n]) for n in names])
    reference = _reference(spend)
    none = np.zeros((0, outcome.size))
    controls = [given.weekly(values, mean=True) for values in given.controls.values()]
    events = [given.weekly(values, mean=True) for values in given.events.values()]
    fit = fit_jointly(
        JointRows(
            spend=spend,
            outcome=outcome,
            reference=reference,
            controls=np.stack(controls) if controls else none,
            events=np.stack(events) if events else none,
        )
    )
    warnings = collinear_pairs(names, spend)
    if given.outcome_matches:
        return _Fitted(
            names=names,
            fit=fit,
            reference=reference,
            actual=outcome,
            warnings=tuple(warnings),
        )
    return _relevelled(
        given,
        _Fitted(names, fit, reference, outcome, tuple(warnings), level_is_assumed=True),
        spend,
    )


def _relevelled(given: CurveInputs, fitted: _Fitted, spend: Floats) -> _Fitted:
    """Keep the curves' shapes and take their common level from the brief: the outcome is not the metric."""
    fit = fitted.fit
    brought = np.sum(np.exp(fit.modes[:, 3]) * np.sum(spend > 0, axis=1))
    shift = float(np.log(np.sum(spend) / _unit_cost(given) / brought))
    modes = fit.modes + np.array([0.0, 0.0, 0.0, shift])
    covariance = fit.covariance.copy()
    covariance[3::4, 3::4] += _LEVEL_DOUBT**2
    prior = starting_prior(float(fit.prior.centre[3]) + shift)
    levelled = CurveFit(
        modes=modes,
        covariance=covariance,
        noise=fit.noise * np.exp(shift),
        power=fit.power,
        prior=CurvePrior(
            centre=np.append(fit.prior.centre[:3], prior.centre[3]),
            spread=fit.prior.spread,
            doubt=fit.prior.doubt,
            start=prior.start,
            start_doubt=prior.start_doubt,
        ),
        predicted=fit.predicted,
    )
    warning = f"The outcome column does not hold {given.metric}: shapes are measured, the level is the brief's own."
    return _Fitted(
        fitted.names,
        levelled,
        fitted.reference,
        fitted.actual,
        (*fitted.warnings, warning),
        level_is_assumed=True,
    )


def _unit_cost(given: CurveInputs) -> float:
    return given.implied_unit_cost if given.implied_unit_cost else _ASSUMED_UNIT_COST


def _measured(given: CurveInputs, fitted: _Fitted, name: str) -> JsonObject:
    i = fitted.names.index(name)
    block = slice(4 * i, 4 * i + 4)
    spend = given.weekly(given.spend[name])
    own = given.results.get(name)
    result = None if own is None else given.weekly(own)
    mean = fitted.fit.modes[i] + np.array([0.0, np.log(fitted.reference[i]), 0.0, 0.0])
    return _channel(
        status="assumed" if fitted.level_is_assumed else "measured",
        mean=mean,
        covariance=fitted.fit.covariance[block, block],
        reference=float(fitted.reference[i]),
        noise=float(fitted.fit.noise[i]),
        observed=_observed(spend, result),
        warnings=channel_warnings(name, spend, result),
    )


def _unmeasured(given: CurveInputs, fitted: _Fitted | None, prior: CurvePrior, name: str) -> JsonObject:
    """Build the curve of a channel without results: the pool's, at the pool's usual spend."""
    spend = given.weekly(given.spend.get(name) or ())
    reference = _scale_without_rows(given, fitted, spend)
    mean = prior.centre + np.array([0.0, np.log(reference), 0.0, np.log(reference)])
    if fitted is None:
        warning = f"No history says what {name} brings: its curve is the brief's own unit cost, very wide."
        noise = 1.0
    else:
        warning = f"No rows for {name}: its curve is borrowed from the other channels, with their full spread."
        noise = float(np.median(fitted.fit.noise))
    return _channel(
        status="assumed" if fitted is None or fitted.level_is_assumed else "pooled",
        mean=mean,
        covariance=prior.covariance if fitted is not None else np.diag(prior.spread**2),
        reference=reference,
        noise=noise,
        observed=_observed(spend, None),
        warnings=[warning],
    )


def _scale_without_rows(given: CurveInputs, fitted: _Fitted | None, spend: Floats) -> float:
    active = spend[spend > 0]
    if active.size:
        return float(np.mean(active))
    if fitted is not None:
        return float(np.exp(np.mean(np.log(fitted.reference))))
    if given.weekly_budget:
        return given.weekly_budget / len(given.channels)
    return _unit_cost(given) * _ASSUMED_WEEKLY_RESULTS


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


def _channel(
    *,
    status: str,
    mean: Floats,
    covariance: Floats,
    reference: float,
    noise: float,
    observed: JsonObject,
    warnings: list[str],
) -> JsonObject:
    curve = Curves.at(mean, np.array(reference))
    expected = AveragedCurves.over(mean[None], covariance[None], np.array([reference]))
    top = 2.0 * max(reference, float(str(observed["max_spend"])) / 1.5)
    spends = np.linspace(0.0, top, _POINTS)
    points: list[JsonValue] = [
        [float(s), float(r)] for s, r in zip(spends, expected.response(spends[None])[0], strict=True)
    ]
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
    }


def _joint(given: CurveInputs, fitted: _Fitted | None, channels: JsonObject, rows: list[int]) -> JsonValue:
    """Return the covariance across channels of a joint fit; separate fits have none to tell."""
    if fitted is None or given.layout != "wide":
        return None
    size = 4 * len(rows)
    whole = np.zeros((size, size))
    for i, a in enumerate(rows):
        for j, b in enumerate(rows):
            if a >= 0 and b >= 0:
                part = fitted.fit.covariance[4 * a : 4 * a + 4, 4 * b : 4 * b + 4]
                whole[4 * i : 4 * i + 4, 4 * j : 4 * j + 4] = part
        if a < 0:
            channel = channels[given.channels[i]]
            assert isinstance(channel, dict)
            whole[4 * i : 4 * i + 4, 4 * i : 4 * i + 4] = np.array(channel["log_cov"], dtype=np.float64)
    return [[float(v) for v in row] for row in whole]


def _quality(fitted: _Fitted | None) -> JsonObject:
    """Measure how well the fit follows the rows: R squared and mean absolute percentage error of the weeks' totals."""
    if fitted is None:
        return {"r2": None, "mape": None, "n": 0}
    actual, predicted = (
        np.atleast_2d(fitted.actual).sum(axis=0),
        np.atleast_2d(fitted.fit.predicted).sum(axis=0),
    )
    around = float(np.sum((actual - np.mean(actual)) ** 2))
    some = actual > 0
    return {
        "r2": 1 - float(np.sum((actual - predicted) ** 2)) / around if around > 0 else None,
        "mape": float(np.mean(np.abs(predicted - actual)[some] / actual[some])) if np.any(some) else None,
        "n": int(actual.size),
    }


def _warnings(given: CurveInputs, fitted: _Fitted | None) -> list[JsonValue]:
    if given.layout == "none":
        return ["There is no channel history: every curve is assumed from the brief's own target."]
    if fitted is None:
        return [f"No row of the history holds {given.metric}: every curve is assumed from the brief's own target."]
    return list(fitted.warnings)
