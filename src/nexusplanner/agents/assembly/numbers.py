"""The closing calculations: flights, what-if, calendar, experiment, unit costs and compliance of the chosen option."""

from __future__ import annotations

from datetime import date

from nexusplanner.agents.assembly.holdout import holdout_calculations
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.facts import contactable_once
from nexusplanner.agents.lenses import POLICIES
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
    from nexusplanner.calculators import plan_flights

    curves = next(c for c in desk.calculations if c.name == "response_curves")
    flights = plan_flights(
        option.allocation,
        curves,
        period=desk.brief.period,
        blackout=desk.brief.schedule.closed(desk.brief.period.start, desk.brief.period.end),
        opens=_openings(desk, option),
        evidence=curves.evidence,
    )
    calendar = _calendar(desk, option, flights)
    return (
        flights,
        _what_if(desk, option, curves),
        calendar,
        _kpi_tree(desk, option, curves, history),
        *holdout_calculations(desk, option, calendar),
        _compliance(desk, option, customers),
    )


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


def _openings(desk: Desk, option: Option) -> dict[str, date]:
    from nexusplanner.calculators import opening_days

    brief = desk.brief
    return opening_days(
        tuple(c.channel for c in option.channels),
        period=brief.period,
        schedule=brief.schedule,
        leads=_leads(option),
        countries=brief.audience.regions,
    )


def _leads(option: Option) -> dict[str, int]:
    return {c.channel: craft_of(c.channel).lead_days for c in option.channels}


def _calendar(desk: Desk, option: Option, flights: Calculation) -> Calculation:
    from nexusplanner.calculators import build_calendar

    brief, direct = desk.brief, [c.channel for c in option.channels if craft_of(c.channel).is_direct]
    return build_calendar(
        period=brief.period,
        flights=flights,
        channels=tuple(c.channel for c in option.channels),
        segments=tuple(s.id for s in option.segments),
        countries=brief.audience.regions,
        direct=direct,
        by_post=[channel for channel in direct if not craft_of(channel).has_hour],
        schedule=brief.schedule,
        leads=_leads(option),
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

    offering = desk.brief.offering
    return kpi_tree(
        curves,
        history=history,
        allocation=option.allocation,
        weeks=desk.brief.period.weeks,
        price=None if offering.price is None else float(offering.price),
        margin=None if offering.margin is None else float(offering.margin),
        evidence=curves.evidence,
    )


def _compliance(desk: Desk, option: Option, customers: CustomerSummary | None) -> Calculation:
    from nexusplanner.calculators import check_compliance

    return check_compliance(
        desk.brief,
        channels=tuple(c.channel for c in option.channels),
        direct=tuple(c.channel for c in option.channels if craft_of(c.channel).is_direct),
        contactable=contactable_once(option.segments, desk.calculation("customer_segments")),
        has_consent=customers.has_consent if customers else False,
    )
