"""The market researcher: what is said outside, scored by code and quoted as untrusted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from nexusplanner.agents.terms import search_terms
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.signal import ScoredSignal, SignalQuery
from nexusplanner.ports.extras import ReportsQuality
from nexusplanner.ports.signals import Signals
from nexusplanner.ports.tool import Findings

LOOK_BACK = timedelta(days=120)
MAX_ITEMS = 12
_QUOTE = 420


class MarketResearcher:
    """Asks every source of signals, scores what they bring, keeps the best."""

    name = "signals"

    def __init__(self, sources: Sequence[Signals]) -> None:
        self._sources = tuple(sources)

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Fetch the signals of the weeks before the campaign, score them and quote the best."""
        from nexusplanner.calculators.signal_scores import score_signals

        until = max(today, brief.period.start)
        query = SignalQuery(terms=search_terms(brief), since=until - LOOK_BACK, until=until)
        batches = await asyncio.gather(*(source.fetch(query, tenant=tenant) for source in self._sources))
        signals = [signal for batch in batches for signal in batch]
        scored = await asyncio.to_thread(score_signals, signals, query, today=until)
        quality = tuple(source.quality() for source in self._sources if isinstance(source, ReportsQuality))
        return Findings(tool=self.name, evidence=tuple(self._quote(s) for s in scored[:MAX_ITEMS]), quality=quality)

    def _quote(self, scored: ScoredSignal) -> Evidence:
        signal = scored.signal
        text = f"{signal.title}. {signal.text}".strip() if signal.text else signal.title
        return Evidence.found(
            kind="signal",
            source=signal.url or signal.source,
            locator=f"{scored.category}; sentiment {scored.sentiment:+.2f}; {signal.source}",
            quote=text[:_QUOTE],
            as_of=signal.published_at.date(),
            trusted=False,
            origin=self.name,
            relevance=round(scored.score, 4),
        )
