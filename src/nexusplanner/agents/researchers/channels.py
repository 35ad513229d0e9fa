"""The channel researcher: what was spent where, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.ports.history import History
from nexusplanner.ports.tool import Findings


class ChannelResearcher:
    """Reads the past of the channels."""

    name = "history"

    def __init__(self, history: History) -> None:
        self._history = history

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Load the history and put one line a channel on the ledger."""
        history = await self._history.load(tenant=tenant)
        evidence = tuple(
            Evidence.found(
                kind="history",
                source=history.source,
                locator=locator,
                quote=quote,
                as_of=history.dates[-1],
                trusted=True,
                origin=self.name,
                relevance=0.9,
            )
            for locator, quote in _facts(history)
        )
        return Findings(tool=self.name, evidence=evidence, history=history, quality=history.quality)


def _facts(h: ChannelHistory) -> Iterator[tuple[str, str]]:
    period = "weeks" if h.cadence == "weekly" else "days"
    span = f"{len(h.dates)} {period} from {h.dates[0]} to {h.dates[-1]}"
    if h.outcome is not None:
        total = sum(h.outcome)
        yield (
            "outcome",
            f"{h.outcome_name or 'outcome'} over {span}: {total:,.0f} in all, highest {max(h.outcome):,.0f}.",
        )
    for name, series in sorted(h.channels.items()):
        yield f"channel {name}", _channel_line(name, series, span, period)


def _channel_line(name: str, series: ChannelSeries, span: str, period: str) -> str:
    active = sum(1 for amount in series.spend if amount > 0)
    line = (
        f"{name}: {sum(series.spend):,.0f} spent over {span}, {active} {period} with spend, "
        f"highest {max(series.spend):,.0f} in one."
    )
    results = {
        "clicks": series.clicks,
        "conversions": series.conversions,
        "revenue": series.revenue,
    }
    known = [f"{sum(values):,.0f} {what}" for what, values in results.items() if values is not None]
    return f"{line} It brought {', '.join(known)}." if known else line
