"""The brief as evidence: what the client says of the offering, quoted field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence


def brief_evidence(brief: CampaignBrief, today: date) -> tuple[Evidence, ...]:
    """Register what the brief states, so that claims can cite it."""
    return tuple(
        Evidence.found(
            kind="brief",
            source="brief",
            locator=locator,
            quote=quote,
            as_of=today,
            trusted=True,
            origin="intake",
            relevance=1.0,
        )
        for locator, quote in _statements(brief)
    )


def _statements(brief: CampaignBrief) -> Iterator[tuple[str, str]]:
    objective, period = brief.objective, brief.period
    yield (
        "objective",
        f"{objective.target:,f} incremental {objective.metric} from {period.start} to {period.end}",
    )
    yield "budget", f"{brief.budget.amount:,f} {brief.budget.currency} in all"
    if brief.offering.description:
        yield "offering.description", brief.offering.description
    for i, prop in enumerate(brief.offering.value_props):
        yield f"offering.value_props.{i}", prop
    if brief.offering.price is not None:
        yield "offering.price", f"{brief.offering.price:,f} {brief.budget.currency}"
    if brief.audience.description:
        yield "audience.description", brief.audience.description
    if brief.notes:
        yield "notes", brief.notes
