"""Small campaigns for the flow tests: briefs, and every source in memory."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from nexusplanner import CampaignBrief, Planner
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.model import JsonObject
from nexusplanner.settings import Settings
from nexusplanner.testing.crm import InMemoryCRM, Order, Person
from nexusplanner.testing.history import InMemoryHistory
from nexusplanner.testing.memory import InMemoryMemory, document
from nexusplanner.testing.signals import InMemorySignals, signal

TODAY = date(2026, 11, 2)

BRIEF: JsonObject = {
    "name": "Fill the spring workshops",
    "offering": {
        "name": "Kiln & Clay",
        "category": "pottery workshops",
        "description": "Weekend workshops for beginners in a shared studio.",
        "price": "95",
        "margin": "0.6",
        "value_props": ["Nine places a class, one wheel each", "Pieces are fired and posted home"],
    },
    "objective": {"metric": "conversions", "target": "900"},
    "budget": {"amount": "40000", "currency": "EUR"},
    "period": {"start": "2027-01-04", "end": "2027-02-28"},
    "audience": {"description": "Adults who want an evening away from screens", "regions": ["DE"]},
    "channels": {"allowed": ["search", "social", "email"]},
}

OTHER: JsonObject = {
    "name": "Launch the night train to Trieste",
    "offering": {
        "name": "Sleeper South",
        "category": "overnight rail",
        "description": "A sleeper that leaves at nine and arrives for breakfast.",
        "price": "149",
        "value_props": ["A bed, a basin and a door that locks"],
    },
    "objective": {"metric": "revenue", "target": "2500000"},
    "budget": {"amount": "310000", "currency": "USD"},
    "period": {"start": "2027-04-05", "end": "2027-06-27"},
    "audience": {"description": "Couples who no longer fly to the coast", "regions": ["AT"]},
    "channels": {"allowed": ["tv", "ooh", "display"]},
}

APPROVERS = ("mara@kiln.example", "jo@kiln.example")


class Sources(TypedDict, total=False):
    """Sources by the name of the planner's argument."""

    crm: InMemoryCRM
    history: InMemoryHistory
    signals: list[InMemorySignals]
    memory: InMemoryMemory


def brief(**changes: object) -> CampaignBrief:
    """Build the first brief with some of its sections replaced."""
    return CampaignBrief.parse({**BRIEF, **changes})


def to_approve() -> CampaignBrief:
    """Build the first brief, to be approved by two people."""
    return brief(approvers=list(APPROVERS))


def planner(*, workspace: object = None, **sources: object) -> Planner:
    """Build a planner on the rules rung that reads neither file nor environment."""
    arguments = {"settings": Settings(), "models": [], "clock": lambda: TODAY, **sources}
    if workspace is not None:
        arguments["workspace"] = workspace
    return Planner(**arguments)  # type: ignore[arg-type]


def crm() -> InMemoryCRM:
    """Return sixty customers of very different worth, two in three of them with consent."""
    orders = [
        Order(f"c{n}", date(2026, 10, 20) - timedelta(days=7 * (n % 50) + 11 * k), Decimal(40 + (n * 37) % 260))
        for n in range(60)
        for k in range(1 + n % 4)
    ]
    people = [Person(f"c{n}", has_email=True, consent_email=n % 3 > 0) for n in range(60)]
    return InMemoryCRM(orders, people, currency="EUR")


def history(channels: tuple[str, ...] = ("search", "social", "email")) -> InMemoryHistory:
    """Return forty weeks in which each channel's returns diminish."""
    weeks = tuple(date(2026, 1, 5) + timedelta(days=7 * w) for w in range(40))
    series = {name: _series(at) for at, name in enumerate(channels)}
    return InMemoryHistory(
        ChannelHistory(source="history.csv", layout="long", cadence="weekly", dates=weeks, channels=series)
    )


def _series(at: int) -> ChannelSeries:
    spend = tuple(300.0 + 220.0 * ((w * (at + 3)) % 9) for w in range(40))
    # Seven weeks' worth of ups and downs, so that the curves are not certain.
    luck = tuple(1 + ((w * 5 + at) % 7 - 3) / 15 for w in range(40))
    conversions = tuple(round(luck[w] * 40 * (at + 1) * s / (s + 1500.0 + 400 * at), 3) for w, s in enumerate(spend))
    return ChannelSeries(spend=spend, conversions=conversions, revenue=tuple(round(c * 95, 2) for c in conversions))


def signals() -> list[InMemorySignals]:
    """Return a feed of two items that bear on the first brief."""
    return [
        InMemorySignals(
            [
                signal(
                    "Pottery workshops are booked out until spring", date(2026, 10, 28), text="Beginners wait weeks."
                ),
                signal("A clay studio raises the prices of its workshops", date(2026, 10, 21), text="Kilns cost more."),
            ]
        )
    ]


def memory() -> InMemoryMemory:
    """Return two notes of earlier campaigns."""
    return InMemoryMemory(
        [
            document(
                "retro.md", "# Last spring\n\nSearch filled the pottery workshops; posters did not.\n", trusted=True
            ),
            document("voice.md", "# Voice\n\nPlain words about clay, never wellness talk.\n", trusted=True),
        ]
    )


def everything() -> Sources:
    """Return all four sources."""
    return {"crm": crm(), "history": history(), "signals": signals(), "memory": memory()}
