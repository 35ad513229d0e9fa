"""Options: the numbers of each lens, computed under its policy before a word is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.facts import SegmentFact
from nexusplanner.agents.lenses import POLICIES, LensPolicy, choose_segments
from nexusplanner.domain.brief import Budget, CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.money import minor_unit
from nexusplanner.domain.proposal import Lens, Proposal

_CAP_ROOM, _FLOOR_ROOM = 1.25, 0.75
"""A lens's cap leaves at least a quarter more room than money; its floors take at most three quarters of it."""


def build_option(desk: Desk, lens: Lens) -> Option:
    """Split the money, spread it over the weeks and forecast the result, as one lens wants it."""
    from nexusplanner.calculators import allocate

    policy, brief = POLICIES[lens], desk.brief
    curves = _known(desk, "response_curves")
    low, high = lens_bounds(brief, policy, curves)
    allocation = allocate(
        curves,
        total=brief.budget.amount,
        currency=brief.budget.currency,
        weeks=brief.period.weeks,
        contingency_share=policy.contingency_share,
        minimum=low,
        maximum=high,
        quantile=policy.quantile,
        evidence=curves.evidence,
    )
    return option_around(desk, lens, allocation=allocation, segments=choose_segments(desk.segments, policy))


def option_around(desk: Desk, lens: Lens, *, allocation: Calculation, segments: tuple[SegmentFact, ...]) -> Option:
    """Spread a split over the weeks and forecast the result."""
    from nexusplanner.calculators import forecast

    brief, curves = desk.brief, _known(desk, "response_curves")
    flights = _flights(desk, allocation, curves)
    outlook = forecast(
        curves,
        amounts={str(r["channel"]): Decimal(str(r["amount"])) for r in _lines(allocation)},
        weeks=brief.period.weeks,
        target=float(brief.objective.target),
        seed=desk.seed,
        flights=flights,
        evidence=curves.evidence,
    )
    return _option(desk, lens, segments, allocation, flights, outlook)


def lens_option(desk: Desk, lens: Lens, *, computed: Sequence[Calculation]) -> Option:
    """Read the option of a lens back from the calculations it was built of."""
    allocation, flights, outlook = computed
    return _option(desk, lens, choose_segments(desk.segments, POLICIES[lens]), allocation, flights, outlook)


def option_of(desk: Desk, proposal: Proposal) -> Option:
    """Read a proposal's numbers back from the desk, once a run."""
    return desk.memo.of(_read_back, desk, proposal)


def _read_back(desk: Desk, proposal: Proposal) -> Option:
    by_id = {s.id: s for s in desk.segments}
    segments = tuple(by_id[i] for i in proposal.segments if i in by_id)
    allocation = desk.by_id(proposal.allocation)
    return _option(
        desk, proposal.lens, segments, allocation, _flights_of(desk, allocation), desk.by_id(proposal.forecast)
    )


def _flights(desk: Desk, allocation: Calculation, curves: Calculation) -> Calculation:
    from nexusplanner.calculators import plan_flights

    brief = desk.brief
    return plan_flights(
        allocation,
        curves,
        period=brief.period,
        blackout=brief.schedule.closed(brief.period.start, brief.period.end),
        opens=_openings(brief, tuple(str(row["channel"]) for row in _lines(allocation))),
        evidence=curves.evidence,
    )


def leads_of(channels: Iterable[str]) -> dict[str, int]:
    """Return the days of preparation each channel usually needs."""
    return {channel: craft_of(channel).lead_days for channel in channels}


def _openings(brief: CampaignBrief, channels: tuple[str, ...]) -> dict[str, date]:
    from nexusplanner.calculators import opening_days

    return opening_days(
        channels,
        period=brief.period,
        schedule=brief.schedule,
        leads=leads_of(channels),
        countries=brief.audience.regions,
    )


def _flights_of(desk: Desk, allocation: Calculation) -> Calculation:
    """Find the flights that spread an allocation's lines."""
    lines = [{name: row[name] for name in ("channel", "amount")} for row in _lines(allocation)]
    return next(c for c in desk.calculations if c.name == "flights" and c.inputs["lines"] == lines)


def _option(
    desk: Desk,
    lens: Lens,
    segments: tuple[SegmentFact, ...],
    allocation: Calculation,
    flights: Calculation,
    outlook: Calculation,
) -> Option:
    return Option.of(
        lens,
        segments=segments,
        allocation=allocation,
        flights=flights,
        forecast=outlook,
        curves=_known(desk, "response_curves"),
        past=desk.calculation("allocation_past_split"),
    )


def lens_bounds(
    brief: CampaignBrief, policy: LensPolicy, curves: Calculation
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Join the brief's bounds with the lens's, in whole minor units.

    Returns:
        Least and most money by channel; the brief's own where the lens's leave no way to spend all.
    """
    rules, money, names = brief.channels, brief.budget, _names(curves)
    cap = _part(money, max(policy.largest_share, _CAP_ROOM / len(names)))
    floor = _part(money, min(policy.smallest_share, _FLOOR_ROOM / len(names)))
    high = {n: max(min(rules.maximum.get(n, cap), cap), rules.minimum.get(n, Decimal(0))) for n in names}
    low = {n: min(max(rules.minimum.get(n, Decimal(0)), floor), high[n]) for n in names}
    spendable = money.amount * Decimal(str(1 - policy.contingency_share))
    if sum(low.values()) > spendable or sum(high.values()) < money.amount:
        return dict(rules.minimum), dict(rules.maximum)
    return low, high


def _part(money: Budget, share: float) -> Decimal:
    cent = minor_unit(money.currency)
    return (money.amount * Decimal(str(min(share, 1.0)))).quantize(cent, ROUND_DOWN)


def _names(curves: Calculation) -> list[str]:
    channels = curves.outputs.get("channels")
    return list(channels) if isinstance(channels, dict) else []


def _known(desk: Desk, name: str) -> Calculation:
    found = desk.calculation(name)
    if found is None:
        raise LookupError(name)
    return found


def _lines(allocation: Calculation) -> list[JsonObject]:
    lines = allocation.outputs["lines"]
    return [row for row in lines if isinstance(row, dict)] if isinstance(lines, list) else []
