"""Research: every source is asked at once; one that fails is a loss, not an end."""

from __future__ import annotations

from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, ResearchInput, dump
from nexusplanner.graph.tool_calls import findings_from
from nexusplanner.observability.events import EvidenceEvent
from nexusplanner.ports import ToolNode


async def research(state: PlanState, stage: Stage) -> PlanState:
    """Begin the research; the edges after this node fan out to the tools."""
    return {"findings": []}


async def gather(tool: ToolNode, asked: ResearchInput, stage: Stage) -> PlanState:
    """Ask one tool. A provider that does not answer is noted, and so is a fee that does not fit.

    Input that is wrong ends the run.
    """
    found = await findings_from(tool, asked, stage)
    stage.tell(EvidenceEvent(tool=found.tool, count=len(found.evidence), lost=found.lost))
    return {"findings": [dump(found)]}
