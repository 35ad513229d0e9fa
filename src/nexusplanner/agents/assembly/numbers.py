"""The closing calculations: what-if, calendar, experiment, unit costs and compliance of the chosen option."""

from __future__ import annotations

from nexusplanner.agents.assembly.holdout import holdout_calculations
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.facts import contactable_once
from nexusplanner.agents.lenses import POLICIES
from nexusplanner.agents.options import leads_of
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.history import ChannelHistory

MULTIPLIERS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


def closing_calculations(
    desk: Desk,
    option: Option,
    *,
    customers: CustomerSummary | None,
    history: ChannelHistory | None,
) -> tuple[Calculation, ...]:
    """Run what only the chosen option needs."""
    curves = next(c for c in desk.calculations if c.name == "response_curves")
    calendar = _calendar(desk, option)
    return (
        _what_if(desk, option, curves),
        calendar,
        _kpi_tree(desk, option, curves, history),
        *holdout_calculations(desk, option, calendar),
        _compliance(desk, option, customers),
    )


def compute_ahead(desk: Desk, option: Option) -> None:
    """Run what takes longest of the closing calculations; asked again, they are remembered."""
    curves = next(c for c in desk.calculations if c.name == "response_curves")
    _what_if(desk, option, curves)
    for _ in holdout_calculations(desk, option, _calendar(desk, option)):
        pass


def _what_if(desk: Desk, option: Option, curves: Calculation) -> Calculation:
    from nexusplanner.calculators import what_if

    brief, policy = desk.brief, POLICIES[option.lens]
    return what_if(
        curves,
        total=brief.budget.amount,
        currency=brief.budget.currency,
        weeks=brief.period.weeks,
        contingency_share=policy.contingency_share,
        minimum=brief.channels.minimum,
        maximum=brief.channels.maximum,
        multipliers=MULTIPLIERS,
        target=float(brief.objective.target),
        seed=desk.seed,
        evidence=curves.evidence,
    )


def _calendar(desk: Desk, option: Option) -> Calculation:
    from nexusplanner.calculators import build_calendar

    brief, channels = desk.brief, tuple(c.channel for c in option.channels)
    direct = [channel for channel in channels if craft_of(channel).is_direct]
    return build_calendar(
        period=brief.period,
        flights=option.flights,
        channels=channels,
        segments=tuple(s.id for s in option.segments),
        countries=brief.audience.regions,
        direct=direct,
        by_post=[channel for channel in direct if not craft_of(channel).has_hour],
        schedule=brief.schedule,
        leads=leads_of(channels),
        overlapping=_overlapping(desk),
    )


def _overlapping(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return the pairs of segments that have people in common."""
    sized = desk.calculation("customer_segments")
    pairs = sized.outputs.get("overlaps") if sized else None
    rows = [row for row in pairs if isinstance(row, dict)] if isinstance(pairs, list) else []
    return tuple((str(row["a"]), str(row["b"])) for row in rows if row.get("size"))


def _kpi_tree(desk: Desk, option: Option, curves: Calculation, history: ChannelHistory | None) -> Calculation:
    from nexusplanner.calculators import kpi_tree

    offering, worth = desk.brief.offering, _customer_value(desk)
    sized = desk.calculation("customer_segments") if worth is not None else None
    return kpi_tree(
        curves,
        history=history,
        allocation=option.allocation,
        weeks=desk.brief.period.weeks,
        price=None if offering.price is None else float(offering.price),
        margin=None if offering.margin is None else float(offering.margin),
        customer_value=worth,
        evidence=(*curves.evidence, *(sized.evidence if sized else ())),
    )


def _customer_value(desk: Desk) -> float | None:
    """Return the margin that a customer of the base, as it is, should bring within the next year.

    The built-in segments part the whole base, so their customers count once; None where money is not
    known in the plan's currency, or no value was fitted.
    """
    sized, margin = desk.calculation("customer_segments"), desk.brief.offering.margin
    known = [s for s in desk.segments if s.source == "rfm"]
    values = [s.expected_value for s in known if s.expected_value is not None]
    if sized is None or margin is None or sized.outputs.get("currency") != desk.brief.budget.currency:
        return None
    if not values or len(values) < len(known):
        return None
    return sum(values) / sum(s.size for s in known) * float(margin)


def _compliance(desk: Desk, option: Option, customers: CustomerSummary | None) -> Calculation:
    from nexusplanner.calculators import check_compliance

    return check_compliance(
        desk.brief,
        channels=tuple(c.channel for c in option.channels),
        direct=tuple(c.channel for c in option.channels if craft_of(c.channel).is_direct),
        contactable=contactable_once(option.segments, desk.calculation("customer_segments")),
        has_consent=customers.has_consent if customers else False,
    )
