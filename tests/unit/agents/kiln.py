"""Desks for tests: a real brief, real calculations, evidence of every kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.unit.calculators.markets import long_history

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.options import build_option
from nexusplanner.agents.researchers import brief_evidence
from nexusplanner.agents.sizing import size
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.customers import CustomerCell, CustomerSummary
from nexusplanner.domain.evidence import Evidence, EvidenceKind, merged
from nexusplanner.domain.proposal import Lens, Proposal
from nexusplanner.llm.purse import Purse

TODAY = date(2026, 11, 2)
BRIEF = CampaignBrief.parse(
    {
        "name": "Winter at the kiln",
        "offering": {
            "name": "Kiln House",
            "category": "pottery school",
            "value_props": ["Nine places a class", "Pieces are posted home", "The cheapest clay in town"],
        },
        "objective": {"metric": "conversions", "target": "1500"},
        "budget": {"amount": "40000", "currency": "EUR"},
        "period": {"start": "2027-01-04", "end": "2027-03-28"},
        "brand": {"voice": "calm", "must_say": ["Book by Friday"], "never_say": ["cheapest"]},
    }
)
CUSTOMERS = CustomerSummary(
    source="tx.csv",
    as_of=date(2026, 10, 31),
    customers=800,
    orders=2400,
    revenue=72_000.0,
    first_order=date(2025, 1, 1),
    last_order=date(2026, 10, 31),
    has_consent=True,
    recency_edges=(10.0, 20.0, 30.0, 40.0),
    frequency_edges=(1.0, 2.0, 3.0, 4.0),
    money_edges=(10.0, 20.0, 30.0, 40.0),
    cells=tuple(
        CustomerCell(
            r=r, f=f, m=m, size=100, contactable_email=40, contactable_sms=10, orders=300, revenue=9000.0,
            recency_days=30.0 * (6 - r), orders_last_year=150,
        )
        for r, f, m in ((5, 5, 5), (5, 3, 3), (4, 1, 1), (3, 3, 3), (2, 4, 4), (2, 2, 2), (1, 1, 1), (1, 5, 5))
    ),
    view_sql="SELECT 1",
)  # fmt: skip


def found(kind: EvidenceKind, quote: str, *, locator: str = "", relevance: float = 0.8) -> Evidence:
    """Register one find."""
    return Evidence.found(
        kind=kind, source=f"{kind}.txt", quote=quote, as_of=date(2026, 10, 20), trusted=kind != "signal",
        locator=locator, relevance=relevance,
    )  # fmt: skip


EVIDENCE = (
    found(
        "signal",
        "Evening classes fill up. Studios report waiting lists.",
        locator="consumer; sentiment +0.40; Craft Post",
    ),
    found("signal", "A rival opens two studios. Prices fall.", locator="competitor; sentiment -0.30; Town News"),
    found("signal", "The cheapest clay wins, says a dealer.", locator="other; sentiment +0.10; Dealer Mail"),
    found("memory", "We speak of hands and time, never of hurry.", locator="Voice"),
    found("crm", "800 customers placed 2,400 orders worth 72,000.00.", locator="customers"),
    found("crm", "320 of 800 customers may be e-mailed, 80 may be sent a text message.", locator="consent"),
    *(found("history", f"{name}: rows.", locator=f"channel {name}") for name in ("search", "social", "tv")),
)


def desk(
    *,
    seed: int = 7,
    brief: CampaignBrief = BRIEF,
    customers: CustomerSummary | None = CUSTOMERS,
    has_history: bool = True,
) -> Desk:
    """Lay a desk with the shared calculations done."""
    evidence = merged((brief_evidence(brief, TODAY), EVIDENCE))
    calculations = size(
        brief, customers=customers, history=long_history() if has_history else None, evidence=evidence, seed=seed
    )
    purse = Purse(usd=Decimal(1), max_calls=10)
    return Desk(brief, evidence, calculations, "acme", seed, TODAY, purse)


def optioned(lens: Lens, at: Desk) -> tuple[Desk, Option]:
    """Add one lens's option to a desk."""
    option = build_option(at, lens)
    calculations = (*at.calculations, *option.calculations)
    return Desk(at.brief, at.evidence, calculations, at.tenant, at.seed, at.today, at.purse), option


def proposed(lens: Lens, at: Desk) -> tuple[Desk, Option, Proposal]:
    """Add one lens's option and its expert's proposal."""
    full, option = optioned(lens, at)
    words = propose(ProposeTask(full, option))
    proposal = Proposal(
        id=f"prop-{lens}", lens=lens, words=words, segments=tuple(s.id for s in option.segments),
        allocation=option.allocation.id, forecast=option.forecast.id,
    )  # fmt: skip
    return full, option, proposal
