"""Sizing: the calculations every lens starts from - segments, response curves, the past split."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.learned import Learned
from nexusplanner.errors import InfeasibleBudget

USUAL_CHANNELS = ("search", "social", "display", "email")
"""Channels assumed where neither brief nor history names any."""
MOST_CHANNELS = 20


def usable_channels(
    brief: CampaignBrief, history: ChannelHistory | None, *, reported: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the channels the money may go to: the brief's, else the history's, else the usual ones.

    Args:
        brief: What may be used, and what not.
        history: Channels that there is a past of.
        reported: Channels that outcomes tell of, where there is no history.

    Raises:
        InfeasibleBudget: The brief excludes every channel there is.
    """
    rules = brief.channels
    named = rules.allowed or tuple(history.channels if history else reported) or USUAL_CHANNELS
    wanted = dict.fromkeys((*named, *(c for c, low in rules.minimum.items() if low > 0)))
    channels = tuple(c for c in wanted if c not in rules.excluded and rules.maximum.get(c, Decimal(1)) > 0)
    if not channels:
        raise InfeasibleBudget(
            "no channel is left to spend on",
            field="channels.excluded",
            fix="Exclude fewer, or allow another.",
        )
    return channels[:MOST_CHANNELS]


def size(
    brief: CampaignBrief,
    *,
    customers: CustomerSummary | None,
    history: ChannelHistory | None,
    evidence: Sequence[Evidence],
    seed: int,
    learned: Learned | None = None,
) -> tuple[Calculation, ...]:
    """Run the calculations that all lenses share."""
    from nexusplanner.calculators import (
        allocate_by_past,
        fit_response_curves,
        size_segments,
    )

    rows = {kind: tuple(e.id for e in evidence if e.kind == kind) for kind in ("history", "brief", "outcome")}
    curves = fit_response_curves(
        history,
        channels=usable_channels(brief, history, reported=learned.channels if learned else ()),
        metric=brief.objective.metric,
        implied_unit_cost=float(brief.budget.amount / brief.objective.target),
        seed=seed,
        weekly_budget=float(brief.budget.amount) / brief.period.weeks,
        countries=brief.audience.regions,
        evidence=(*(rows["history"] or rows["brief"]), *rows["outcome"]),
        learned=learned,
    )
    counted = tuple(e.id for e in evidence if e.kind == "crm" and e.locator == "customers")
    named = tuple(segment.name for segment in brief.audience.segments)
    sized = (size_segments(customers, named=named, evidence=counted),) if customers else ()
    if history is None:
        return (*sized, curves)
    past = allocate_by_past(
        curves,
        total=brief.budget.amount,
        currency=brief.budget.currency,
        weeks=brief.period.weeks,
        minimum=brief.channels.minimum,
        maximum=brief.channels.maximum,
        evidence=curves.evidence,
    )
    return (*sized, curves, past)
