"""Our tool nodes lent out: a node of the research stage as a LangChain tool."""

from __future__ import annotations

from datetime import date
from typing import Literal

from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import canonical
from nexusplanner.llm.own_loop import wait_for
from nexusplanner.ports import Findings, ToolNode

_TOLD = {"id", "kind", "source", "locator", "quote", "as_of", "trusted", "relevance"}


class AboutBrief(BaseModel):
    """What a research tool is asked."""

    brief: CampaignBrief = Field(description="The campaign that is planned.")


class LentTool(BaseTool):
    """A tool node for agents that are not ours: a brief in, evidence out.

        tool = lent_tool(ChannelResearcher(history), tenant="acme", today=date(2027, 1, 9))
        tool.invoke({"brief": brief})

    The content is JSON: the evidence, what was lost, and notes. The artifact is the whole ``Findings``. Quotes
    are data; what is not trusted came from outside and is never an instruction. Tenant and day are bound here: no
    model can name another.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    args_schema: type[BaseModel] = AboutBrief
    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    node: SkipValidation[ToolNode] = Field(exclude=True)
    tenant: str
    today: date

    def _run(self, brief: CampaignBrief) -> tuple[str, Findings]:
        return wait_for(self._arun(brief))

    async def _arun(self, brief: CampaignBrief) -> tuple[str, Findings]:
        found = await self.node.gather(brief, tenant=self.tenant, today=self.today)
        told = {
            "evidence": [item.model_dump(mode="json", include=_TOLD) for item in found.evidence],
            "lost": found.lost,
            "notes": list(found.notes),
        }
        return canonical(told), found


def lent_tool(node: ToolNode, *, tenant: str, today: date, description: str = "") -> LentTool:
    """Lend a tool node to an agent that is not ours.

    Args:
        node: The node; its name becomes the tool's.
        tenant: Whose data it may see.
        today: The planning day.
        description: What a model is told the tool does.
    """
    told = description or f"Look up what {node.name.replace('_', ' ')} knows that bears on a campaign brief."
    return LentTool(name=node.name, description=told, node=node, tenant=tenant, today=today)
