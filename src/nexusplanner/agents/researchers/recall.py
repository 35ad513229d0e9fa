"""The memory researcher: what the house already knows and once wrote down."""

from __future__ import annotations

import asyncio
from datetime import date

from nexusplanner.agents.terms import search_terms
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.passage import Passage
from nexusplanner.ports.extras import Closable, HasNotes
from nexusplanner.ports.memory import Memory
from nexusplanner.ports.tool import Findings

MAX_PASSAGES = 8
_QUOTE = 420


class MemoryResearcher:
    """Recalls passages for each question a planner would ask."""

    name = "memory"

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def memory(self) -> Memory:
        """What is searched."""
        return self._memory

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Ask memory about positioning, people, channels and the offering, and quote the best passages."""
        asked = (self._memory.search(question, tenant=tenant, k=4) for question in _questions(brief))
        best: dict[tuple[str, str, str], Passage] = {}
        for passages in await asyncio.gather(*asked):
            for p in passages:
                key = (p.source, p.locator, p.text)
                if key not in best or best[key].score < p.score:
                    best[key] = p
        ranked = sorted(best.values(), key=lambda p: (-p.score, p.source, p.locator, p.text))[:MAX_PASSAGES]
        return Findings(
            tool=self.name,
            evidence=tuple(self._quote(p) for p in ranked),
            notes=(f"Memory was searched by {self._how()}.", *self._said()),
        )

    def _how(self) -> str:
        embedding = self._memory.embedding
        return "words" if embedding == "none" else f"words and by vectors of {embedding}"

    def _said(self) -> tuple[str, ...]:
        return self._memory.notes if isinstance(self._memory, HasNotes) else ()

    def close(self) -> None:
        """Let go of the memory, where it holds anything open."""
        if isinstance(self._memory, Closable):
            self._memory.close()

    def _quote(self, passage: Passage) -> Evidence:
        return Evidence.found(
            kind="memory",
            source=passage.source,
            locator=passage.locator,
            quote=passage.text[:_QUOTE],
            as_of=passage.as_of,
            trusted=passage.trusted,
            origin=passage.origin,
            relevance=round(min(passage.score, 1.0), 4),
        )


def _questions(brief: CampaignBrief) -> tuple[str, ...]:
    offering = brief.offering
    about = " ".join(search_terms(brief)[:8])
    return (
        f"positioning and messaging for {offering.category or offering.name}",
        f"personas and customers {brief.audience.description or ''}".strip(),
        f"launch channels {' '.join(brief.channels.allowed) or 'campaign'} programme",
        f"{offering.name} {about}",
    )
