"""Response curves of a wide history: one outcome for all channels together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_prior import starting_prior
from nexusplanner.calculators.curve_rows import CurveInputs
from nexusplanner.calculators.fitted_rows import FittedRows, reference_spend
from nexusplanner.calculators.joint_fit import JointFit, JointRows, fit_jointly
from nexusplanner.calculators.joint_warnings import joint_warnings
from nexusplanner.domain.model import JsonObject

_LEVEL_DOUBT = 0.7
"""Standard deviation of the log level where no row has the metric."""


def fit_wide(given: CurveInputs) -> FittedRows | None:
    """Fit all channels to the one outcome; None where no channel spent or the outcome tells nothing."""
    names = given.known
    outcome = given.weekly(given.outcome or ())
    if not names or outcome.size < 8 or float(np.mean(outcome)) <= 0:
        return None
    spend = np.stack([given.weekly(given.spend[n]) for n in names])
    reference = reference_spend(spend)
    none = np.zeros((0, outcome.size))
    controls = [given.weekly(values, mean=True) for values in given.controls.values()]
    events = [given.weekly(values, mean=True) for values in given.events.values()]
    holidays = [np.asarray(values, dtype=np.float64) for values in given.holidays.values()]
    fit = fit_jointly(
        JointRows(
            spend=spend,
            outcome=outcome,
            reference=reference,
            controls=np.stack(controls) if controls else none,
            events=np.stack(events) if events else none,
            holidays=np.stack(holidays) if holidays else None,
        )
    )
    fitted = FittedRows(
        names=names,
        fit=fit,
        reference=reference,
        actual=outcome,
        warnings=tuple(joint_warnings(given, names, spend, fit)),
        told=_told(names, fit, outcome),
    )
    return fitted if given.outcome_matches else _relevelled(given, fitted, spend)


def _told(names: tuple[str, ...], fit: JointFit, outcome: Floats) -> JsonObject:
    """Tell the media's share, delays, and how far off the last fifth is as the weeks before foretell it.

    Beside it stands what costs nothing: the same week a year before, or the mean of the weeks before.
    """
    delays: JsonObject = {name: weeks for name, weeks in zip(names, fit.delays, strict=True) if weeks}
    if fit.ahead is None:
        return {"media_share": fit.media, "delay_weeks": delays, "holdout": None}
    count = fit.ahead.size
    actual, before = outcome[-count:], outcome[:-count]
    naive = outcome[-count - 52 : -52] if before.size >= 52 + count else np.full(count, np.mean(before))
    return {
        "media_share": fit.media,
        "delay_weeks": delays,
        "holdout": {"weeks": count, "mape": _mape(fit.ahead, actual), "naive_mape": _mape(naive, actual)},
    }


def _mape(told: Floats, actual: Floats) -> float | None:
    some = actual > 0
    return float(np.mean(np.abs(told - actual)[some] / actual[some])) if np.any(some) else None


def _relevelled(given: CurveInputs, fitted: FittedRows, spend: Floats) -> FittedRows:
    """Keep the curves' shapes and take their common level from the brief: the outcome is not the metric."""
    fit = fitted.fit
    brought = np.sum(np.exp(fit.modes[:, 3]) * np.sum(spend > 0, axis=1))
    shift = float(np.log(np.sum(spend) / given.unit_cost / brought))
    modes = fit.modes + np.array([0.0, 0.0, 0.0, shift])
    covariance = fit.covariance.copy()
    covariance[3::4, 3::4] += _LEVEL_DOUBT**2
    prior = starting_prior(float(fit.prior.centre[3]) + shift)
    levelled = replace(
        fit,
        modes=modes,
        covariance=covariance,
        noise=fit.noise * np.exp(shift),
        prior=replace(
            fit.prior,
            centre=np.append(fit.prior.centre[:3], prior.centre[3]),
            start=prior.start,
            start_doubt=prior.start_doubt,
        ),
    )
    warning = f"The outcome column does not hold {given.metric}: shapes are measured, the level is the brief's own."
    return replace(fitted, fit=levelled, warnings=(*fitted.warnings, warning), level_is_assumed=True)
