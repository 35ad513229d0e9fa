"""The story: what a proposal is told from - the lead reason, the people, the outside word, the house's own word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.amounts import money, percent, quantity
from nexusplanner.agents.experts.voice import Voice, clause
from nexusplanner.agents.facts import SegmentFact
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.proposal import LENSES

_NAME = 40
"""The longest name of a page; a longer one says more than a name."""


@dataclass(frozen=True)
class Story:
    """One lens's reading of the desk; the draw shifts what leads."""

    desk: Desk
    option: Option
    draw: int = 0

    @property
    def turn(self) -> int:
        """Where this lens and this draw start in any list of equal reasons."""
        return LENSES.index(self.option.lens) + self.desk.seed + self.draw

    @property
    def currency(self) -> str:
        """Currency of the money."""
        return self.desk.brief.budget.currency

    @property
    def name(self) -> str:
        """Name of the offering."""
        return self.desk.brief.offering.name

    def voice(self, section: str) -> Voice:
        """Return the voice for a section."""
        scope = f"{self.desk.brief.name}/{self.option.lens}/{section}"
        return Voice(self.desk.seed + self.draw, scope, never=self.desk.brief.brand.never_say)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Reasons to buy, as clauses, the leading one first; banned ones left out."""
        offering = self.desk.brief.offering
        given = offering.value_props or tuple(t for t in (offering.description,) if t)
        voice = self.voice("reasons")
        allowed = [clause(prop) for prop in given if voice.allows(prop)]
        start = self.turn % len(allowed) if allowed else 0
        return tuple(allowed[start:] + allowed[:start]) or (f"{self.name} at what it costs",)

    @property
    def reason(self) -> str:
        """The leading reason to buy."""
        return self.reasons[0]

    def proof_of(self, reason: str) -> tuple[str, ...]:
        """Return the ids of the brief's evidence that states a reason."""
        return tuple(e.id for e in self.desk.of_kind("brief") if clause(e.quote) == reason)

    @property
    def lead(self) -> SegmentFact | None:
        """The segment addressed first; None without customer data."""
        return self.option.segments[0] if self.option.segments else None

    @property
    def people(self) -> str:
        """Whom the campaign addresses first, in words."""
        audience = self.desk.brief.audience
        if self.lead:
            return f"the {self.lead.size:,} {self.lead.name}"
        described = audience.description or ", ".join(map(str, audience.segments)) or ", ".join(audience.regions)
        return clause(described) if described else f"people who may buy {self.name}"

    def portrait(self, segment: SegmentFact) -> str:
        """Describe a segment by its own figures."""
        return (
            f"{percent(segment.share)} of customers, {percent(segment.share_of_revenue)} of revenue, "
            f"{money(segment.average_order, self.currency)} an order, last order {quantity(segment.recency_days)} days ago"
        )

    @cached_property
    def signals(self) -> tuple[Evidence, ...]:
        """Outside voices that may be quoted, this lens's first."""
        return self._turned([e for e in self.desk.of_kind("signal") if self.voice("signals").allows(e.quote)][:6])

    @cached_property
    def memories(self) -> tuple[Evidence, ...]:
        """Passages of the house's own memory, this lens's first."""
        return self._turned([e for e in self.desk.of_kind("memory") if self.voice("memories").allows(e.quote)][:6])

    @cached_property
    def lessons(self) -> tuple[Evidence, ...]:
        """What earlier outcomes taught, the most useful first."""
        return tuple(e for e in self.desk.of_kind("lesson") if self.voice("lessons").allows(e.quote))

    def _turned(self, items: list[Evidence]) -> tuple[Evidence, ...]:
        start = self.turn % len(items) if items else 0
        return tuple(items[start:] + items[:start])


def speaker(evidence: Evidence) -> str:
    """Return who says it: the publication of a signal, the page of a memory."""
    if "://" in evidence.source:
        return urlsplit(evidence.source).netloc.removeprefix("www.")
    if evidence.kind == "signal":
        return evidence.locator.rsplit("; ", 1)[-1]
    name = evidence.source.rsplit("/", 1)[-1]
    return name if len(name) <= _NAME else f"{name[:_NAME].rstrip()}…"
