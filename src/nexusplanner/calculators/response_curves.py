"""Response curves: what one more unit of money a week brings in each channel, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import JsonValue

from nexusplanner.calculators.channel_curve import measured_curve, unmeasured_curve
from nexusplanner.calculators.curve_prior import starting_prior
from nexusplanner.calculators.curve_rows import CurveInputs, curve_inputs
from nexusplanner.calculators.fitted_rows import FittedRows, quality
from nexusplanner.calculators.long_fit import fit_long
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.taught_curves import taught
from nexusplanner.calculators.wide_fit import fit_wide
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.learned import Learned
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

_BESIDE = " beside "


def fit_response_curves(
    history: ChannelHistory | None,
    *,
    channels: Sequence[str],
    metric: Metric,
    implied_unit_cost: float | None,
    seed: int,
    weekly_budget: float | None = None,
    countries: Sequence[str] = (),
    evidence: Sequence[str] = (),
    learned: Learned | None = None,
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
        countries: Where the audience lives, ISO 3166 codes or English names; their holidays explain part
            of a wide history's outcome.
        evidence: Ids of the evidence the history is.
        learned: What was reported of earlier campaigns; see :mod:`~nexusplanner.calculators.taught_curves`.

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
        countries=countries,
        learned=learned,
    )
    if not inputs.channels:
        raise InputError(
            "no channel to fit",
            field="channels",
            fix="Name channels in the brief or give a history that has some.",
        )
    source = "no rows" if history is None else f"{len(history.dates)} {history.cadence} rows of {history.source}"
    source += _reported(learned)
    return calculate(
        "response_curves",
        inputs.model_dump(mode="json", exclude_defaults=True)
        | {"implied_unit_cost": implied_unit_cost, "channels": list(inputs.channels)},
        explain=lambda outputs: _explanation(outputs, source),
        evidence=tuple(evidence),
    )


def with_channels(curves: Calculation, channels: Sequence[str]) -> Calculation:
    """Fit the same rows for more channels: those they do not know borrow from the others, or are assumed.

    Args:
        curves: What :func:`fit_response_curves` returned.
        channels: What is to be answered for besides.
    """
    known = curves.inputs["channels"]
    assert isinstance(known, list)
    source = curves.explanation.rpartition(" from ")[2].rstrip(".")
    return calculate(
        "response_curves",
        {**curves.inputs, "channels": [*known, *(name for name in channels if name not in known)]},
        explain=lambda outputs: _explanation(outputs, source),
        evidence=curves.evidence,
    )


def taught_again(curves: Calculation, learned: Learned, *, evidence: Sequence[str] = ()) -> Calculation:
    """Fit the same rows with what was reported of campaigns since; a channel that only they know is added.

    Args:
        curves: What :func:`fit_response_curves` returned.
        learned: Everything that was reported.
        evidence: Ids of evidence of it.
    """
    known = curves.inputs["channels"]
    assert isinstance(known, list)
    added = dict.fromkeys(row.channel for row in learned.rows if row.channel not in known)
    source = curves.explanation.rpartition(" from ")[2].rstrip(".").partition(_BESIDE)[0]
    return calculate(
        "response_curves",
        {
            **curves.inputs,
            "channels": [*known, *added],
            "learned": learned.model_dump(mode="json", exclude_defaults=True),
        },
        explain=lambda outputs: _explanation(outputs, source + _reported(learned)),
        evidence=tuple(dict.fromkeys((*curves.evidence, *evidence))),
    )


def _reported(learned: Learned | None) -> str:
    if learned is None:
        return ""
    count = len(learned.outcomes)
    return f"{_BESIDE}{count} reported campaign{'' if count == 1 else 's'}"


def _explanation(outputs: JsonObject, source: str) -> str:
    channels = outputs["channels"]
    assert isinstance(channels, dict)
    counts = dict.fromkeys(("measured", "pooled", "assumed"), 0)
    for channel in channels.values():
        assert isinstance(channel, dict)
        counts[str(channel["status"])] += 1
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return f"Fitted adstock and Hill curves of {outputs['metric']} for {len(channels)} channels ({told}) from {source}."


def compute(inputs: JsonObject) -> JsonObject:
    """Fit response curves from plain JSON."""
    given = CurveInputs.model_validate(inputs)
    fitted = _fit(given)
    prior = fitted.fit.prior if fitted else starting_prior(-float(np.log(given.unit_cost)))
    channels: dict[str, JsonValue] = {}
    rows: list[int] = []
    for name in given.channels:
        if fitted is not None and name in fitted.names:
            channels[name] = measured_curve(given, fitted, name)
            rows.append(fitted.names.index(name))
        else:
            channels[name] = unmeasured_curve(given, fitted, prior, name)
            rows.append(-1)
    outputs: JsonObject = {
        "metric": given.metric,
        "cadence": given.cadence,
        "layout": given.layout,
        "channels": channels,
        "noise_power": fitted.fit.power if fitted else 1.0,
        "joint": _joint(given, fitted, channels, rows),
        "fit": quality(fitted),
        "noise": {
            "power": fitted.fit.power if fitted else 1.0,
            "model": "variance = noise * mean ** power, a week",
        },
        "warnings": _warnings(given, fitted),
    }
    return outputs if given.learned is None else taught(outputs, given.learned)


def _fit(given: CurveInputs) -> FittedRows | None:
    return fit_wide(given) if given.layout == "wide" else fit_long(given) if given.layout == "long" else None


def _joint(given: CurveInputs, fitted: FittedRows | None, channels: JsonObject, rows: list[int]) -> JsonValue:
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


def _warnings(given: CurveInputs, fitted: FittedRows | None) -> list[JsonValue]:
    if given.layout == "none":
        return ["There is no channel history: every curve is assumed from the brief's own target."]
    if fitted is None:
        return [f"No row of the history holds {given.metric}: every curve is assumed from the brief's own target."]
    return list(fitted.warnings)
