"""Checking: a plan's forecast beside what was reported, for the money and the weeks that were reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.outcome import ForecastCheck, amount_of
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Range
from nexusplanner.errors import InputError
from nexusplanner.learning.reported_rows import result_column, results_of, weeks_of

if TYPE_CHECKING:
    from nexusplanner.calculators.curve_set import CurveSet

_NOTHING = Range(p10=0.0, p50=0.0, p90=0.0)


def curves_of(plan: CampaignPlan) -> Calculation:
    """Return the response curves that a plan's figures rest on.

    Raises:
        InputError: It has none.
    """
    wanted = {line.channel for line in plan.budget.lines}
    for calculation in reversed(plan.calculations):
        channels = calculation.outputs.get("channels") if calculation.name == "response_curves" else None
        if isinstance(channels, dict) and wanted <= set(channels):
            return calculation
    raise InputError("the plan has no response curves of its channels", field="plan", value=plan.id)


def checked(plan: CampaignPlan, rows: ChannelHistory) -> tuple[ForecastCheck, ...]:
    """Hold what was reported against what was to be expected.

    Campaigns seldom spend just what was planned; so the plan's own curves are asked again, for the money that was
    really spent and the weeks that are over.

    Returns:
        All channels together first, then each, the largest in the plan first.

    Raises:
        InputError: The rows do not tell the plan's metric.
    """
    from nexusplanner.calculators import forecast
    from nexusplanner.calculators.curve_set import CurveSet
    from nexusplanner.calculators.response_curves import with_channels

    metric = plan.objective.metric
    brought = {name: results_of(series, metric) for name, series in rows.channels.items()}
    if all(results is None for results in brought.values()):
        raise InputError(f"no column holds {metric}", source=rows.source, field=result_column(metric))
    spent = {name: amount_of(series.spend) for name, series in rows.channels.items()}
    curves = curves_of(plan)
    unknown = [name for name in spent if name not in CurveSet.of(curves).channels]
    curves = with_channels(curves, unknown) if unknown else curves
    told = forecast(
        curves, amounts={n: a for n, a in spent.items() if a > 0}, weeks=weeks_of(rows), target=None, seed=plan.seed
    )
    planned = {line.channel: float(line.amount) for line in plan.budget.lines}
    names = sorted({*planned, *spent}, key=lambda name: (-planned.get(name, 0.0), name))
    each = [
        ForecastCheck(
            channel=name,
            planned_spend=planned.get(name, 0.0),
            spend=float(spent.get(name, 0)),
            planned=_plain(plan.forecast.by_channel.get(name)),
            expected=_range(_row(told, name)),
            actual=sum(brought.get(name) or ()),
            factor=_factor(CurveSet.of(curves)),
        )
        for name in names
    ]
    return (_together(plan, told, each), *each)


def _together(plan: CampaignPlan, told: Calculation, each: list[ForecastCheck]) -> ForecastCheck:
    return ForecastCheck(
        planned_spend=sum(check.planned_spend for check in each),
        spend=sum(check.spend for check in each),
        planned=_plain(plan.forecast),
        expected=_range(told.outputs),
        actual=sum(check.actual for check in each),
        factor=each[0].factor if each else 1.0,
    )


def _factor(curves: CurveSet) -> float:
    return 1.0 if curves.calibration is None else curves.calibration


def _plain(found: Range | None) -> Range:
    return _NOTHING if found is None else Range(p10=found.p10, p50=found.p50, p90=found.p90)


def _row(told: Calculation, channel: str) -> Mapping[str, object]:
    rows = told.outputs["by_channel"]
    row = rows.get(channel) if isinstance(rows, dict) else None
    return row if isinstance(row, dict) else {}


def _range(row: Mapping[str, object]) -> Range:
    return Range(**{name: float(str(row.get(name, 0.0))) for name in ("p10", "p50", "p90")})
