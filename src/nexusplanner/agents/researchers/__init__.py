"""The researchers: tool nodes that ask one kind of source each and bring evidence back."""

from nexusplanner.agents.researchers.briefing import brief_evidence
from nexusplanner.agents.researchers.channels import ChannelResearcher
from nexusplanner.agents.researchers.customers import CustomerResearcher
from nexusplanner.agents.researchers.market import MarketResearcher
from nexusplanner.agents.researchers.recall import MemoryResearcher

__all__ = [
    "ChannelResearcher",
    "CustomerResearcher",
    "MarketResearcher",
    "MemoryResearcher",
    "brief_evidence",
]
