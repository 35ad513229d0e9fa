"""Response curves of a wide history: one outcome for all channels together."""

from __future__ import annotations

import numpy as np

from nexusplanner.calculators.curve import Floats
from nexusplanner.calculators.curve_prior import CurvePrior, starting_prior
from nexusplanner.calculators.curve_rows import CurveInputs
from nexusplanner.calculators.curve_warnings import collinear_pairs
from nexusplanner.calculators.fitted_rows import FittedRows, reference_spend
from nexusplanner.calculators.joint_fit import JointRows, fit_jointly
from nexusplanner.calculators.separate_fit import CurveFit

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
        return FittedRows(
            names=names,
            fit=fit,
            reference=reference,
            actual=outcome,
            warnings=tuple(warnings),
        )
    return _relevelled(
        given,
        FittedRows(names, fit, reference, outcome, tuple(warnings), level_is_assumed=True),
        spend,
    )


def _relevelled(given: CurveInputs, fitted: FittedRows, spend: Floats) -> FittedRows:
    """Keep the curves' shapes and take their common level from the brief: the outcome is not the metric."""
    fit = fitted.fit
    brought = np.sum(np.exp(fit.modes[:, 3]) * np.sum(spend > 0, axis=1))
    shift = float(np.log(np.sum(spend) / given.unit_cost / brought))
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
    return FittedRows(
        fitted.names,
        levelled,
        fitted.reference,
        fitted.actual,
        (*fitted.warnings, warning),
        level_is_assumed=True,
    )
