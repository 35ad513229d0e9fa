"""A tool node as a LangChain tool: LangChain's own suites, and what is bound."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any

import pytest
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests
from pydantic import ValidationError

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.graph.foreign_tools import tool_node
from nexusplanner.graph.lent_tools import LentTool, lent_tool
from nexusplanner.testing import sample_brief

TODAY = date(2027, 1, 9)
ASKED: list[tuple[str, date]] = []


async def competitor_prices(brief: CampaignBrief, tenant: str, today: date) -> str:
    """Say what others charge."""
    ASKED.append((tenant, today))
    return f"{brief.offering.name} costs 12 elsewhere."


def lent() -> LentTool:
    """Lend the tool out."""
    return lent_tool(tool_node(competitor_prices), tenant="acme", today=TODAY)


class _Lent:
    @property
    def tool_constructor(self) -> BaseTool:
        return lent()

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"brief": sample_brief().model_dump(mode="json", exclude_none=True)}


class TestStandardUnit(_Lent, ToolsUnitTests):
    """What every tool must be."""


class TestStandardBehaviour(_Lent, ToolsIntegrationTests):
    """What every tool must do."""


def test_content_is_quoted_evidence_and_the_artifact_is_all_of_it() -> None:
    call = {"name": "competitor_prices", "args": {"brief": sample_brief()}, "id": "1", "type": "tool_call"}
    message = lent().invoke(call)
    told = json.loads(message.content)
    assert told["evidence"][0]["trusted"] is False
    assert "costs 12 elsewhere" in told["evidence"][0]["quote"]
    assert message.artifact.tool == "competitor_prices"


def test_tenant_and_day_are_bound() -> None:
    ASKED.clear()
    asyncio.run(lent().ainvoke({"brief": sample_brief()}))
    assert ASKED == [("acme", TODAY)]
    assert set(lent().args) == {"brief"}


def test_a_brief_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        lent().invoke({"brief": {"offering": 3}})
