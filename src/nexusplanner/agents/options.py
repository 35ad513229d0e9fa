"""Options: the numbers of each lens, computed under its policy before a word is written."""

from __future__ import annotations

from decimal import Decimal

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.facts import SegmentFact
from nexusplanner.agents.lenses import POLICIES, LensPolicy, choose_segments
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.proposal import Lens, Proposal


def build_option(desk: Desk, lens: Lens) -> Option:
    """Split the money and forecast the result as one lens wants it."""
    from nexusplanner.calculators import allocate, forecast

    policy, brief = POLICIES[lens], desk.brief
    curves = _known(desk, "response_curves")
    allocation = allocate(
        curves,
        total=brief.budget.amount,
        currency=brief.budget.currency,
        weeks=brief.period.weeks,
        contingency_share=policy.contingency_share,
        minimum=brief.channels.minimum,
        maximum=option_maximum(brief, policy, curves),
        quantile=policy.quantile,
        evidence=curves.evidence,
    )
    lines = allocation.outputs["lines"]
    outlook = forecast(
        curves,
        amounts={str(r["channel"]): Decimal(str(r["amount"])) for r in _rows(lines)},
        weeks=brief.period.weeks,
        target=float(brief.objective.target),
        seed=desk.seed,
        evidence=curves.evidence,
    )
    segments = choose_segments(desk.segments, policy)
    return _option(desk, lens, segments, allocation, outlook)


def option_of(desk: Desk, proposal: Proposal) -> Option:
    """Read a proposal's numbers back from the desk."""
    by_id = {s.id: s for s in desk.segments}
    segments = tuple(by_id[i] for i in proposal.segments if i in by_id)
    return _option(
        desk,
        proposal.lens,
        segments,
        desk.by_id(proposal.allocation),
        desk.by_id(proposal.forecast),
    )


def _option(
    desk: Desk,
    lens: Lens,
    segments: tuple[SegmentFact, ...],
    allocation: Calculation,
    outlook: Calculation,
) -> Option:
    return Option.of(
        lens,
        segments=segments,
        allocation=allocation,
        forecast=outlook,
        curves=_known(desk, "response_curves"),
        past=desk.calculation("allocation_past_split"),
    )


def option_maximum(brief: CampaignBrief, policy: LensPolicy, curves: Calculation) -> dict[str, Decimal]:
    """Join the brief's maxima with the lens's cap, where the cap leaves room to spend all."""
    channels = curves.outputs.get("channels")
    names = list(channels) if isinstance(channels, dict) else []
    cap = brief.budget.amount * Decimal(str(policy.largest_share))
    capped = {
        name: max(
            min(brief.channels.maximum.get(name, cap), cap),
            brief.channels.minimum.get(name, Decimal(0)),
        )
        for name in names
    }
    spendable = brief.budget.amount * Decimal(str(1 - policy.contingency_share))
    if policy.largest_share >= 1 or sum(capped.values()) < spendable:
        return dict(brief.channels.maximum)
    return capped


def _known(desk: Desk, name: str) -> Calculation:
    found = desk.calculation(name)
    if found is None:
        raise LookupError(name)
    return found


def _rows(lines: object) -> list[dict[str, object]]:
    return [row for row in lines if isinstance(row, dict)] if isinstance(lines, list) else []
