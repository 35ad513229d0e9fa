"""Arithmetic: sums, shares, bounds, dates and orders that hold in every plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import isclose

from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.money import minor_unit
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.sections import Range

_EXACT = 1e-9


def check_arithmetic(plan: CampaignPlan) -> tuple[Failure, ...]:
    """Check what must hold between the numbers, dates and bounds of a plan."""
    return tuple(failure for check in _CHECKS for failure in check(plan))


def _totals(plan: CampaignPlan) -> Iterator[Failure]:
    budget = plan.budget
    total = sum((line.amount for line in budget.lines), budget.contingency)
    if total != budget.total:
        yield _unequal("/budget/total", "lines and contingency do not add up to the total", total, budget.total)
    if budget.total != plan.brief.budget.amount:
        yield _unequal("/budget/total", "is not the brief's budget", plan.brief.budget.amount, budget.total)
    if budget.currency != plan.brief.budget.currency:
        yield _unequal("/budget/currency", "is not the brief's", plan.brief.budget.currency, budget.currency)


def _amounts(plan: CampaignPlan) -> Iterator[Failure]:
    cent = minor_unit(plan.brief.budget.currency)
    rows = [("/budget/contingency", plan.budget.contingency)]
    rows += [(f"/budget/lines/{i}/amount", line.amount) for i, line in enumerate(plan.budget.lines)]
    rows += [(f"/budget/flights/{i}/amount", flight.amount) for i, flight in enumerate(plan.budget.flights)]
    for where, amount in rows:
        if amount < 0 or amount % cent:
            yield _unequal(where, f"must be a positive multiple of {cent}", "", amount)


def _shares(plan: CampaignPlan) -> Iterator[Failure]:
    lines = plan.budget.lines
    whole = sum(line.share for line in lines)
    if lines and not isclose(whole, 1.0, abs_tol=_EXACT):
        yield _unequal("/budget/lines", "the shares do not add up to 1", 1, whole)
    spent = sum((line.amount for line in lines), Decimal(0))
    for i, line in enumerate(lines):
        if spent and not isclose(line.share, float(line.amount / spent), abs_tol=1e-6):
            yield _unequal(f"/budget/lines/{i}/share", "is not amount / spent", float(line.amount / spent), line.share)


def _flights(plan: CampaignPlan) -> Iterator[Failure]:
    spent: Counter[str] = Counter()
    flown: dict[str, Decimal] = {}
    for flight in plan.budget.flights:
        flown[flight.channel] = flown.get(flight.channel, Decimal(0)) + flight.amount
    for i, line in enumerate(plan.budget.lines):
        spent[line.channel] += 1
        if flown.get(line.channel, Decimal(0)) != line.amount:
            where = f"/budget/lines/{i}/amount"
            yield _unequal(
                where, "the flights of this channel do not add up to it", flown.get(line.channel), line.amount
            )
    for i, flight in enumerate(plan.budget.flights):
        if flight.channel not in spent:
            yield _unequal(f"/budget/flights/{i}/channel", "has no budget line", "", flight.channel)
    for i, line in enumerate(plan.budget.lines):
        if spent[line.channel] > 1:
            yield _unequal(f"/budget/lines/{i}/channel", "has more than one line", "", line.channel)


def _bounds(plan: CampaignPlan) -> Iterator[Failure]:
    rules = plan.brief.channels
    lines = {line.channel: (i, line.amount) for i, line in enumerate(plan.budget.lines)}
    for channel, low in rules.minimum.items():
        i, amount = lines.get(channel, (-1, Decimal(0)))
        if amount < low:
            where = f"/budget/lines/{i}/amount" if i >= 0 else "/budget/lines"
            yield _unequal(where, f"{channel} is below the brief's minimum", low, amount)
    for channel, (i, amount) in lines.items():
        if amount > rules.maximum.get(channel, amount):
            where = f"/budget/lines/{i}/amount"
            yield _unequal(where, f"{channel} is above the brief's maximum", rules.maximum[channel], amount)
        if channel in rules.excluded or (rules.allowed and channel not in rules.allowed):
            yield _unequal(f"/budget/lines/{i}/channel", "the brief does not allow this channel", "", channel)


def _channels(plan: CampaignPlan) -> Iterator[Failure]:
    funded = {line.channel for line in plan.budget.lines}
    segments = {segment.id for segment in plan.segments}
    for i, channel in enumerate(plan.channels):
        if channel.channel not in funded:
            yield _unequal(f"/channels/{i}/channel", "has no budget line", "", channel.channel)
        for k, segment in enumerate(channel.audience):
            if segment not in segments:
                yield _unequal(f"/channels/{i}/audience/{k}", "is no segment of this plan", "", segment)
    for i, angle in enumerate(plan.strategy.angles):
        if angle.segment not in segments:
            yield _unequal(f"/strategy/angles/{i}/segment", "is no segment of this plan", "", angle.segment)


def _dates(plan: CampaignPlan) -> Iterator[Failure]:
    start, end = plan.brief.period.start, plan.brief.period.end
    days = [(f"/budget/flights/{i}/week", f.week) for i, f in enumerate(plan.budget.flights)]
    days += [(f"/calendar/{i}/date", a.date) for i, a in enumerate(plan.calendar)]
    days += [(f"/calendar/{i}/end", a.end) for i, a in enumerate(plan.calendar)]
    for where, day in days:
        if not start <= day <= end:
            yield _unequal(where, "lies outside of the period", f"{start} to {end}", day)
    for i, activity in enumerate(plan.calendar):
        if activity.end < activity.date:
            yield _unequal(f"/calendar/{i}/end", "is before its beginning", activity.date, activity.end)


def _order(plan: CampaignPlan) -> Iterator[Failure]:
    for i, activity in enumerate(plan.calendar):
        for k, before in enumerate(activity.depends_on):
            where = f"/calendar/{i}/depends_on/{k}"
            if not 0 <= before < len(plan.calendar) or before == i:
                yield _unequal(where, "is no other activity of the calendar", "", before)
            elif plan.calendar[before].date > activity.date:
                yield _unequal(where, "what must be done before begins later", "", plan.calendar[before].date)


def _ranges(plan: CampaignPlan) -> Iterator[Failure]:
    ranges: dict[str, Range] = {"/forecast": plan.forecast}
    ranges |= {f"/forecast/by_channel/{name}": r for name, r in plan.forecast.by_channel.items()}
    for where, r in ranges.items():
        if not r.p10 <= r.p50 <= r.p90:
            yield _unequal(where, "the percentiles are out of order", "p10 <= p50 <= p90", f"{r.p10}, {r.p50}, {r.p90}")
    if not 0 <= plan.objective.probability_of_target <= 1:
        where = "/objective/probability_of_target"
        yield _unequal(where, "is no probability", "0 to 1", plan.objective.probability_of_target)
    if plan.objective.target != plan.brief.objective.target:
        yield _unequal("/objective/target", "is not the brief's", plan.brief.objective.target, plan.objective.target)
    for where, metric in (("/objective/metric", plan.objective.metric), ("/forecast/metric", plan.forecast.metric)):
        if metric != plan.brief.objective.metric:
            yield _unequal(where, "is not the brief's", plan.brief.objective.metric, metric)


def _segments(plan: CampaignPlan) -> Iterator[Failure]:
    sized = plan.calculation("customer_segments")
    customers = sized.outputs.get("customers") if sized else None
    for i, segment in enumerate(plan.segments):
        if segment.contactable > segment.size:
            where = f"/segments/{i}/contactable"
            yield _unequal(where, "more can be reached than there are", segment.size, segment.contactable)
        if isinstance(customers, int) and segment.size > customers:
            yield _unequal(f"/segments/{i}/size", "is more than all customers", customers, segment.size)
    # Whoever is in two segments counts once; taking off every pair leaves at most all customers.
    total = sum(segment.size for segment in plan.segments) - _shared(sized, {s.id for s in plan.segments})
    if isinstance(customers, int) and total > customers:
        yield _unequal("/segments", "the segments hold more than all customers", customers, total)


def _shared(sized: Calculation | None, ids: set[str]) -> int:
    rows = sized.outputs.get("overlaps") if sized else None
    pairs = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return sum(int(str(row["size"])) for row in pairs if {str(row.get("a")), str(row.get("b"))} <= ids)


def _unequal(where: str, problem: str, expected: object, found: object) -> Failure:
    return Failure(where=where, problem=problem, expected=str(expected), found=str(found))


_CHECKS: tuple[Callable[[CampaignPlan], Iterator[Failure]], ...] = (
    _totals,
    _amounts,
    _shares,
    _flights,
    _bounds,
    _channels,
    _dates,
    _order,
    _ranges,
    _segments,
)
