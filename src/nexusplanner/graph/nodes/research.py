"""Research: every source is asked at once; one that fails is a loss, not an end."""

from __future__ import annotations

from datetime import date

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.errors import BudgetExceeded, ProviderError
from nexusplanner.graph.context import Stage
from nexusplanner.graph.fees import paying
from nexusplanner.graph.state import PlanState, ResearchInput, dump, load
from nexusplanner.observability.events import EvidenceEvent
from nexusplanner.ports import Findings, ToolNode
from nexusplanner.ports.observer import Work


async def research(state: PlanState, stage: Stage) -> PlanState:
    """Begin the research; the edges after this node fan out to the tools."""
    return {"findings": []}


async def gather(tool: ToolNode, asked: ResearchInput, stage: Stage) -> PlanState:
    """Ask one tool. A provider that does not answer is noted, and so is a fee that does not fit.

    Input that is wrong ends the run.
    """
    brief = load(CampaignBrief, asked["brief"], memo=stage.memo)
    with stage.parts.observer.begin(Work("tool", tool.name, stage.tenant, stage.purse.run)) as watch:
        try:
            async with paying(tool, stage.purse):
                found = await tool.gather(brief, tenant=asked["tenant"], today=date.fromisoformat(asked["today"]))
        except (ProviderError, BudgetExceeded) as error:
            found = Findings(tool=tool.name, lost=error.message)
            watch.note({"lost": error.code})
        watch.note({"evidence": len(found.evidence)})
    stage.tell(EvidenceEvent(tool=found.tool, count=len(found.evidence), lost=found.lost))
    return {"findings": [dump(found)]}
