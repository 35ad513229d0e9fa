"""Research: every source is asked at once; one that fails is a loss, not an end."""

from __future__ import annotations

from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, ResearchInput, dump
from nexusplanner.graph.tool_calls import findings_from
from nexusplanner.observability.events import EvidenceEvent
from nexusplanner.ports import ToolNode
from nexusplanner.ports.observer import Work


async def research(state: PlanState, stage: Stage) -> PlanState:
    """Begin the research; the edges after this node fan out to the tools."""
    return {"findings": []}


async def gather(tool: ToolNode, asked: ResearchInput, stage: Stage) -> PlanState:
    """Ask one tool. A provider that does not answer is noted, and so is a fee that does not fit.

    Input that is wrong ends the run.
    """
    with stage.parts.observer.begin(Work("tool", tool.name, stage.tenant, stage.purse.run)) as watch:
        found = await findings_from(tool, asked, stage)
        if found.lost:
            watch.note({"lost": found.lost[:200]})
        watch.note({"evidence": len(found.evidence)})
    stage.tell(EvidenceEvent(tool=found.tool, count=len(found.evidence), lost=found.lost))
    return {"findings": [dump(found)]}
