"""Which pictures a calculation has."""

from __future__ import annotations

from collections.abc import Callable

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.explanation import Explanation
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.timeline import Timeline
from nexusplanner.errors import InputError
from nexusplanner.rendering import charts, readings
from nexusplanner.rendering.charts import Chart
from nexusplanner.rendering.plot import Plot

_CURVES = "response_curves"
Maker = Callable[[Calculation, str | None], tuple[Chart | None, ...]]
_PICTURES: dict[str, Maker] = {
    "allocation": lambda c, _: (charts.budget_split(c), charts.marginal_returns(c)),
    "allocation_past_split": lambda c, _: (charts.budget_split(c), charts.marginal_returns(c)),
    "calendar": lambda c, _: (charts.dated_schedule(c),),
    "customer_segments": lambda c, _: (charts.segment_sizes(c),),
    "customer_value": lambda c, _: (charts.customer_values(c),),
    "experiment_holdout": lambda c, _: (charts.holdout_shares(c),),
    "experiment_looks": lambda c, _: (charts.look_boundaries(c),),
    "experiment_readout": lambda c, _: (charts.experiment_intervals(c),),
    "experiment_segments": lambda c, _: (charts.segment_intervals(c),),
    "experiment_size": lambda c, _: (charts.experiment_need(c),),
    "flights": lambda c, _: (charts.weekly_flights(c),),
    "forecast": lambda c, money: (charts.forecast_ranges(c, currency=money), charts.forecast_fan(c, currency=money)),
    "kpi_tree": lambda c, money: (charts.kpi_funnel(c, currency=money),),
    _CURVES: lambda c, money: (charts.response_curves(c, currency=money),),
    "sequential_design": lambda c, _: (charts.design_boundaries(c),),
    "sequential_look": lambda c, _: (charts.look_read(c),),
    "what_if": lambda c, _: (charts.what_if_fan(c),),
}


def to_plot(calculation: Calculation, *, chosen: Calculation | None = None, currency: str | None = None) -> Plot:
    """Draw a calculation.

    Args:
        calculation: What to draw.
        chosen: For response curves, an allocation whose points are marked on them.
        currency: What money is in, where the calculation does not tell (curves, a forecast of revenue).

    Raises:
        InputError: The calculation has no picture, nothing in it can be drawn, or ``chosen`` or
            ``currency`` does not fit.
    """
    make = _PICTURES.get(calculation.name)
    if make is None:
        fix = f"Those with one: {', '.join(sorted(_PICTURES))}."
        raise InputError("this calculation has no picture", field="calculation", value=calculation.name, fix=fix)
    if currency is not None and readings.known_currency(currency) is None:
        raise InputError("not a currency", field="currency", value=currency, fix="Use an ISO 4217 code such as USD.")
    if chosen is None:
        made = make(calculation, currency)
    else:
        _check_chosen(calculation, chosen)
        made = (charts.response_curves(calculation, chosen=chosen, currency=currency),)
    drawn = tuple(chart for chart in made if chart is not None)
    if not drawn:
        raise InputError(
            "there is nothing to draw",
            field="calculation",
            value=calculation.id,
            fix="Look at its outputs: they hold no amount, or not what this calculator answers.",
        )
    return Plot(calculation.id, drawn)


def to_plan_plot(plan: CampaignPlan, name: str) -> Plot:
    """Draw the calculation of a plan that the plan's own figures come from.

    Raises:
        InputError: The plan has no such calculation, or it has no picture.
    """
    own = {"allocation": readings.allocation, "flights": readings.flights, "forecast": readings.forecast}
    found = own[name](plan) if name in own else plan.calculation(name)
    if found is None:
        known = ", ".join(sorted({c.name for c in plan.calculations} & set(_PICTURES)))
        raise InputError("the plan has no such calculation", field="calculation", value=name, fix=f"It has: {known}.")
    chosen = readings.allocation(plan) if name == _CURVES else None
    return to_plot(found, chosen=chosen, currency=plan.budget.currency)


def to_explanation_plot(explanation: Explanation) -> Plot:
    """Draw what a line of a plan rests on."""
    return Plot(explanation.about, (charts.explanation_graph(explanation),))


def to_timeline_plot(timeline: Timeline) -> Plot:
    """Draw who worked when.

    Raises:
        InputError: Nobody did.
    """
    chart = charts.timeline_chart(timeline)
    if chart is None:
        raise InputError("there is nothing to draw", field="timeline", value=timeline, fix="Plan first.")
    return Plot("timeline", (chart,))


def has_picture(calculation: Calculation) -> bool:
    """Tell whether a calculation of this name is drawn."""
    return calculation.name in _PICTURES


def _check_chosen(calculation: Calculation, chosen: Calculation) -> None:
    if calculation.name != _CURVES:
        raise InputError(
            "only response curves mark a choice",
            field="chosen",
            value=calculation.name,
            fix="Call curves.plot(chosen=allocation).",
        )
    if readings.Allocation.of(chosen) is None or not chosen.name.startswith("allocation"):
        raise InputError("not an allocation", field="chosen", value=chosen.name, fix="Pass what allocate returned.")
