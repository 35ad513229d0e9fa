"""A tool for tests, and what every tool node must do.

class TestMyTool(ToolContract):
    def make(self) -> ToolNode:
        return MyTool(...)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import ProviderPermanentError
from nexusplanner.ports import Findings, ToolNode
from nexusplanner.testing.plans import sample_brief

_DAY = date(2026, 3, 1)


class InMemoryTool:
    """A tool node that brings what it was handed; counts how often it was asked.

    Args:
        evidence: What it brings, or quotes to make evidence of.
        name: Name of its node.
        lost: Why it fails; it brings its evidence where this is empty.
    """

    def __init__(self, evidence: Iterable[Evidence | str] = (), *, name: str = "desk", lost: str = "") -> None:
        self.name = name
        self.asked = 0
        self._evidence, self._lost = tuple(evidence), lost

    def __repr__(self) -> str:
        return f"InMemoryTool({self.name!r}, {len(self._evidence)} quotes)"

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:  # noqa: ARG002 - the port's
        """Bring the evidence, or fail as a provider does.

        Raises:
            ProviderPermanentError: It was made to fail.
        """
        tenant_name(tenant)
        self.asked += 1
        if self._lost:
            raise ProviderPermanentError(self._lost)
        return Findings(tool=self.name, evidence=tuple(self._found(item, today) for item in self._evidence))

    def _found(self, item: Evidence | str, today: date) -> Evidence:
        if isinstance(item, Evidence):
            return item
        return Evidence.found(
            kind="tool", source=self.name, quote=item, as_of=today, trusted=False, origin=self.name, relevance=0.5
        )


class ToolContract(ABC):
    """What every tool node must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self) -> ToolNode:
        """Return a tool that brings something for :func:`~nexusplanner.testing.plans.sample_brief`."""

    def test_it_is_a_tool_node_whose_name_a_graph_can_carry(self) -> None:
        """The name is one of letters, digits and ``_``."""
        tool = self.make()
        assert isinstance(tool, ToolNode)
        assert tool.name.replace("_", "a").isalnum()

    def test_what_it_brings_is_signed_and_intact(self) -> None:
        """Findings carry the tool's name; each quote has its own fingerprint, id and origin."""
        tool = self.make()
        found = _gather(tool)
        assert found.tool == tool.name
        assert found.evidence or found.customers or found.history or found.lost
        assert all(item.is_intact and item.id and item.origin and item.quote for item in found.evidence)
        ids = [item.id for item in found.evidence]
        assert len(ids) == len(set(ids))
        assert all(0 <= item.relevance <= 1 for item in found.evidence)

    def test_what_it_brings_can_rest_between_steps(self) -> None:
        """Findings are plain: written as JSON and read again they are the same."""
        found = _gather(self.make())
        assert Findings.model_validate_json(found.model_dump_json()) == found

    def test_asking_again_and_all_at_once_brings_the_same(self) -> None:
        """A tool has no side effect and keeps no state between runs."""
        tool, brief = self.make(), sample_brief()
        before = brief.model_dump_json()

        async def many() -> list[Findings]:
            return await asyncio.gather(*(tool.gather(brief, tenant="acme", today=_DAY) for _ in range(10)))

        first, *others = [found.model_dump_json() for found in asyncio.run(many())]
        assert {first} == set(others)
        assert brief.model_dump_json() == before


def _gather(tool: ToolNode) -> Findings:
    return asyncio.run(tool.gather(sample_brief(), tenant="acme", today=_DAY))
