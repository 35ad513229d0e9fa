"""Moving: the curves of a plan, fitted again with what was reported, and the priors that this leaves."""

from __future__ import annotations

from datetime import timedelta

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.learned import ChannelPrior, Learned
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.outcome_report import Move
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.learning.checking import curves_of


def history_behind(curves: Calculation) -> ChannelHistory | None:
    """Read back the money of the history that curves were fitted to; None where there was none."""
    from nexusplanner.calculators.curve_rows import CurveInputs

    given = CurveInputs.model_validate(curves.inputs)
    if given.start is None or not given.spend:
        return None
    step = timedelta(days=7 if given.cadence == "weekly" else 1)
    periods = len(next(iter(given.spend.values())))
    return ChannelHistory(
        source="",
        layout="long",
        cadence=given.cadence,
        dates=tuple(given.start + i * step for i in range(periods)),
        channels={name: ChannelSeries(spend=tuple(values)) for name, values in given.spend.items()},
    )


def running_before(plan: CampaignPlan) -> dict[str, float]:
    """Return what ran, by channel and in money a week, when a plan's campaign began; empty where that is not known."""
    curves = curves_of(plan)
    carried = curves.outputs.get("carried")
    if isinstance(carried, dict):
        return {name: float(str(money)) for name, money in carried.items()}
    return Learned().beside(history_behind(curves), start=plan.brief.period.start).carried


def moved_curves(plan: CampaignPlan, learned: Learned, *, evidence: tuple[str, ...] = ()) -> Calculation:
    """Fit a plan's curves again with all that is reported by now."""
    from nexusplanner.calculators.response_curves import taught_again

    curves = curves_of(plan)
    return taught_again(
        curves, learned.beside(history_behind(curves), start=plan.brief.period.start), evidence=evidence
    )


def priors_from(curves: Calculation, outcome: Outcome) -> tuple[ChannelPrior, ...]:
    """Read off what is believed of the channels that were reported or measured, once an outcome has moved them."""
    from nexusplanner.calculators.curve_rows import CurveInputs
    from nexusplanner.calculators.curve_set import CurveSet

    known, learned = CurveSet.of(curves), CurveInputs.model_validate(curves.inputs).learned or Learned()
    found = []
    for name, curve in known.channels.items():
        if curve.status != "measured":
            continue
        rows = [row.outcome for row in learned.rows if row.channel == name]
        earlier = learned.priors[name].outcomes if name in learned.priors else ()
        found.append(
            ChannelPrior(
                channel=name,
                metric=known.metric,
                outcome=outcome.id,
                outcomes=tuple(dict.fromkeys((*earlier, *rows))),
                status=curve.status,
                reference_spend=curve.reference_spend,
                log_mean=curve.log_mean,
                log_cov=curve.log_cov,
                noise=curve.noise,
                noise_power=known.noise_power,
                weeks=curve.observed.active_periods,
                max_spend=curve.observed.max_spend,
            )
        )
    return tuple(found)


def moves_between(before: Calculation, after: Calculation, outcome: Outcome, *, weeks: int) -> tuple[Move, ...]:
    """Say how far the outcome moved each reported channel's curve, at the money a week that was spent."""
    found = []
    for check in outcome.channels:
        money = check.spend / weeks
        then, now = _expected(before, check.channel, money), _expected(after, check.channel, money)
        if check.spend > 0 and now is not None:
            found.append(Move(channel=check.channel, weekly_spend=money, before=then, after=now))
    return tuple(found)


def _expected(curves: Calculation, channel: str, money: float) -> float | None:
    import numpy as np

    from nexusplanner.calculators.curve_set import CurveSet

    known = CurveSet.of(curves)
    if channel not in known.channels:
        return None
    return float(known.only((channel,)).expected.response(np.array([money]))[0])
