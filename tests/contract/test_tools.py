"""Every tool node keeps the port's promises: ours, and what others hand in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from langchain_core.tools import BaseTool, tool
from tests.flow.campaigns import crm

from nexusplanner.agents.researchers import ChannelResearcher, CustomerResearcher, MarketResearcher, MemoryResearcher
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.signal import Signal
from nexusplanner.errors import ProviderPermanentError
from nexusplanner.graph.foreign_tools import tool_node
from nexusplanner.ports import ToolNode
from nexusplanner.testing import (
    InMemoryHistory,
    InMemoryMemory,
    InMemorySignals,
    InMemoryTool,
    ToolContract,
    document,
    sample_brief,
)


class TestInMemoryTool(ToolContract):
    """The double."""

    def make(self) -> ToolNode:
        return InMemoryTool(["Runners buy in March.", "Rain keeps them in."])


class TestCustomerResearcher(ToolContract):
    """Customers."""

    def make(self) -> ToolNode:
        return CustomerResearcher(crm())


class TestChannelResearcher(ToolContract):
    """Channel history."""

    def make(self) -> ToolNode:
        weeks = tuple(date.fromordinal(date(2025, 1, 6).toordinal() + 7 * w) for w in range(12))
        search = ChannelSeries(spend=tuple(100.0 + w for w in range(12)), conversions=tuple(5.0 for _ in weeks))
        held = {"search": search}
        return ChannelResearcher(
            InMemoryHistory(ChannelHistory(source="h.csv", layout="long", cadence="weekly", dates=weeks, channels=held))
        )


class TestMarketResearcher(ToolContract):
    """Signals of the last weeks."""

    def make(self) -> ToolNode:
        brief = sample_brief()
        words = f"{brief.offering.name} {brief.offering.category} {brief.offering.description}"
        item = Signal(title=words[:80], text=words, published_at=datetime(2026, 2, 27, tzinfo=UTC), source="Desk")
        return MarketResearcher([InMemorySignals([item])])


class TestMemoryResearcher(ToolContract):
    """What is remembered."""

    def make(self) -> ToolNode:
        brief = sample_brief()
        text = f"# Retro\n\n{brief.offering.name}: {brief.offering.description}\n"
        return MemoryResearcher(InMemoryMemory([document("retro.md", text)], tenant="acme"))


class TestLangChainTool(ToolContract):
    """A tool that knows nothing of us."""

    def make(self) -> ToolNode:
        return tool_node(press_desk())


class TestAsyncFunction(ToolContract):
    """A plain function."""

    def make(self) -> ToolNode:
        async def weather(brief: CampaignBrief, today: date) -> list[dict[str, str]]:
            return [{"text": f"Rain on {today:%d %B} where {brief.name} runs.", "source": "weather desk"}]

        return tool_node(weather)


def press_desk() -> BaseTool:
    """Return a LangChain tool of one parameter."""

    @tool
    async def press_desk(query: str) -> str:
        """Look up what the press wrote."""
        return f"Three papers wrote about: {query}"

    return press_desk


async def test_a_double_made_to_fail_fails_as_a_provider() -> None:
    """So that a test can see what a run loses."""
    failing = InMemoryTool(["never seen"], lost="the desk is closed")
    with pytest.raises(ProviderPermanentError, match="the desk is closed"):
        await failing.gather(sample_brief(), tenant="acme", today=date(2026, 3, 1))
    assert failing.asked == 1
