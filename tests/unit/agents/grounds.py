"""Desks laid from real calculators: with and without customers, a past, signals, pages and reasons."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from tests.unit.calculators.markets import long_history

from nexusplanner.agents.checks import prose_of
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.options import build_option
from nexusplanner.agents.researchers import (
    ChannelResearcher,
    CustomerResearcher,
    MarketResearcher,
    MemoryResearcher,
    brief_evidence,
)
from nexusplanner.agents.sizing import size
from nexusplanner.agents.tasks import CritiqueTask, ProposeTask
from nexusplanner.calculators.verification import FigurePool, orphans
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.evidence import merged
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.passage import Document
from nexusplanner.domain.proposal import Lens, Proposal, ProposalWords
from nexusplanner.domain.signal import Signal
from nexusplanner.llm.purse import Purse
from nexusplanner.ports.tool import Findings, ToolNode
from nexusplanner.testing.crm import InMemoryCRM, Order, Person
from nexusplanner.testing.history import InMemoryHistory
from nexusplanner.testing.memory import InMemoryMemory
from nexusplanner.testing.signals import InMemorySignals

TODAY = date(2026, 1, 5)
PROPS = ("Roasted to order every Monday", "Pause at any time", "Beans from named farms")
CHANNELS = ("search", "social", "tv")


@dataclass(frozen=True)
class Ground:
    """What a desk is laid from."""

    customers: bool = True
    history: bool = True
    outside: bool = True
    """Whether there are signals and pages."""
    props: tuple[str, ...] = PROPS
    description: str | None = None
    channels: tuple[str, ...] = (*CHANNELS, "email")
    metric: str = "conversions"
    target: int = 4000
    never: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    audience: str | None = "People who grind their own coffee"
    start: date = date(2026, 3, 2)
    consent: bool = True


FULL = Ground()


def brief_of(ground: Ground) -> CampaignBrief:
    """Write the brief."""
    return CampaignBrief.parse(
        {
            "name": "Harbour Lane, spring",
            "offering": {
                "name": "Harbour Lane Coffee",
                "category": "coffee subscription",
                "description": ground.description,
                "price": "24.00",
                "value_props": list(ground.props),
            },
            "objective": {"metric": ground.metric, "target": ground.target},
            "budget": {"amount": "40000", "currency": "USD"},
            "period": {"start": ground.start, "end": ground.start + timedelta(days=55)},
            "audience": {"description": ground.audience, "regions": ["US"]},
            "channels": {"allowed": list(ground.channels)},
            "brand": {"voice": "Warm, plain", "must_say": list(ground.must), "never_say": list(ground.never)},
            "compliance": ["gdpr", "can_spam"],
        }
    )


@lru_cache(maxsize=2)
def crm(*, consent: bool) -> InMemoryCRM:
    """Return two hundred and forty customers who order with very different habits."""
    orders = [
        Order(f"c{i:03d}", date(2025, 12, 28) - timedelta(days=(i * 37) % 700 + 30 * n), Decimal(12 + (i * 7) % 90))
        for i in range(240)
        for n in range(1 + (i * i) % 5)
    ]
    people = [Person(f"c{i:03d}", has_email=True, consent_email=i % 10 != 0) for i in range(240)] if consent else []
    return InMemoryCRM(orders, people, currency="USD")


@lru_cache(maxsize=1)
def history() -> ChannelHistory:
    """Return sixty weeks of three channels."""
    return long_history(weeks=60)


def signals() -> InMemorySignals:
    """Return what was said of coffee."""
    texts = (
        ("Coffee subscription rivals cut prices, roasters fear losses", "Bad news: the competitor price war hurts."),
        ("Beans from named farms win over people who grind their own coffee", "Home grinders praise named farms."),
        ("Coffee roasted to order sells well this spring", "Roasted coffee subscriptions grow."),
    )
    return InMemorySignals(
        Signal(
            title=title,
            text=text,
            url=f"https://coffeenews.example/{i}",
            source="Coffee News",
            published_at=datetime(2026, 2, 3 + 7 * i, 9, tzinfo=UTC),
        )
        for i, (title, text) in enumerate(texts)
    )


def memory() -> InMemoryMemory:
    """Return two pages of the house."""
    pages = {
        "voice.md": "# Positioning\n\nWe position coffee by the farm it comes from. Say who grew the beans.",
        "launches.md": "# Launch channels\n\nA coffee subscription opens with search and social. Email follows.",
    }
    return InMemoryMemory(
        Document(source=name, text=text, as_of=date(2025, 9, 1), trusted=True) for name, text in pages.items()
    )


@lru_cache(maxsize=64)
def found(ground: Ground) -> tuple[Findings, ...]:
    """Ask every researcher the ground has sources for."""
    brief = brief_of(ground)
    tools: list[ToolNode] = []
    if ground.customers:
        tools.append(CustomerResearcher(crm(consent=ground.consent)))
    if ground.history:
        tools.append(ChannelResearcher(InMemoryHistory(history())))
    if ground.outside:
        tools += [MarketResearcher([signals()]), MemoryResearcher(memory())]

    async def all_of_them() -> list[Findings]:
        return [await tool.gather(brief, tenant="default", today=TODAY) for tool in tools]

    return tuple(asyncio.run(all_of_them()))


def customers_of(ground: Ground) -> CustomerSummary | None:
    """Return the customers found, if any."""
    return next((f.customers for f in found(ground) if f.customers), None)


def history_of(ground: Ground) -> ChannelHistory | None:
    """Return the history found, if any."""
    return next((f.history for f in found(ground) if f.history), None)


@lru_cache(maxsize=128)
def desk(ground: Ground = FULL, seed: int = 0) -> Desk:
    """Lay the desk with the calculations all lenses share."""
    if seed:
        return replace(desk(ground), seed=seed)
    brief = brief_of(ground)
    evidence = merged((brief_evidence(brief, TODAY), *(f.evidence for f in found(ground))))
    calculations = size(brief, customers=customers_of(ground), history=history_of(ground), evidence=evidence, seed=0)
    return Desk(brief, evidence, calculations, "default", seed, TODAY, Purse(usd=Decimal(1), max_calls=9))


@lru_cache(maxsize=128)
def told(lens: Lens, ground: Ground = FULL, seed: int = 0) -> tuple[Desk, Option]:
    """Return a desk with a lens's numbers on it."""
    if seed:
        laid, option = told(lens, ground)
        return replace(laid, seed=seed), option
    laid = desk(ground)
    option = build_option(laid, lens)
    return replace(laid, calculations=(*laid.calculations, *option.calculations)), option


@lru_cache(maxsize=256)
def words(lens: Lens, ground: Ground = FULL, seed: int = 0, draw: int = 0) -> ProposalWords:
    """Have the expert write a proposal."""
    laid, option = told(lens, ground, seed)
    return propose(ProposeTask(laid, option, draw))


def proposal(lens: Lens, ground: Ground = FULL, **changes: object) -> Proposal:
    """Return the expert's proposal, some of its words changed."""
    _, option = told(lens, ground)
    return Proposal(
        id=f"prop-{lens}",
        lens=lens,
        words=words(lens, ground).model_copy(update=changes),
        segments=tuple(s.id for s in option.segments),
        allocation=option.allocation.id,
        forecast=option.forecast.id,
    )


def critique_task(lens: Lens, ground: Ground = FULL, critic: str = "finance", **changes: object) -> CritiqueTask:
    """Hand a proposal to a critic."""
    laid, option = told(lens, ground)
    return CritiqueTask(laid, critic, proposal(lens, ground, **changes), option, siblings=(), faults=())


def pool_of(laid: Desk) -> FigurePool:
    """Collect all figures of a desk."""
    return FigurePool.of(laid.brief, laid.evidence, laid.calculations)


def untraced(laid: Desk, said: ProposalWords) -> list[str]:
    """Name the numbers of a proposal that no figure on the desk explains."""
    pool = pool_of(laid)
    return [f"{where}: {number}" for where, text in prose_of(said) for number in orphans(text, pool)]


def cited(said: ProposalWords) -> set[str]:
    """Collect every id a proposal cites."""
    return {
        *(i for c in said.claims for i in (*c.evidence, *c.calculations)),
        *(i for p in said.pillars for i in p.proof),
        *(i for n in said.channels for i in n.evidence),
    }
