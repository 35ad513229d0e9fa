"""Assemble: the chosen proposal becomes a campaign plan, with its last calculations and its words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from nexusplanner.agents.assembly import (
    Materials,
    finished_and_written,
)
from nexusplanner.agents.assembly import (
    assemble as lay_out,
)
from nexusplanner.agents.assembly.assemble import total_cost
from nexusplanner.agents.assembly.clean import clean_summary, clean_words
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.difference import still_repeating
from nexusplanner.agents.options import option_of
from nexusplanner.agents.tasks import SummariseTask
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.proposal import Proposal
from nexusplanner.domain.sections import Degraded
from nexusplanner.graph.closing import closed
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import by_id, desk_of, proposals_of, used
from nexusplanner.graph.nodes.size import findings_of
from nexusplanner.graph.nodes.weigh import current_critiques
from nexusplanner.graph.provenance import provenance_of, repairs_of
from nexusplanner.graph.state import PlanState, load
from nexusplanner.ports import Findings


async def assemble(state: PlanState, stage: Stage) -> PlanState:
    """Run the closing calculations, have the summary written, lay out and finish the plan."""
    desk, proposals = desk_of(state, stage), proposals_of(state, stage.memo)
    proposal = proposals[state["leader"]]
    option = option_of(desk, proposal)
    desk, closing = await asyncio.to_thread(closed, desk, option, state)
    critiques = current_critiques(state, stage.memo)
    answer = await stage.editor().summarise(SummariseTask(desk, proposal, option, critiques))
    usage = [*state.get("usage", []), used("summary", answer, stage)]
    words, mended = clean_words(desk, proposal, option)
    summary, mends, rewritten = clean_summary(desk, proposal, option, answer)
    materials = Materials(
        desk=desk,
        proposal=proposal.model_copy(update={"words": words}),
        option=option,
        proposals=tuple(proposals.values()),
        critiques=critiques,
        decisions=state.get("decisions", {}),
        debate=load(Debate, state["debate"], memo=stage.memo)
        if state.get("debate")
        else _no_debate(proposal, desk, stage),
        words=summary,
        provenance=provenance_of(usage, proposal.lens),
        cost=total_cost(usage, stage.purse),
        degraded=(*_losses(findings_of(state, stage.memo), usage), *mended, *rewritten),
        repairs=(*repairs_of(proposals.values(), critiques, usage), *mends),
        notes=(*state.get("notes", []), *_resemblances(proposals.values())),
    )
    plan, raw = finished_and_written(lay_out(materials), _status(materials))
    stage.memo.keep(CampaignPlan.model_validate, raw, plan)
    return {
        "plan": raw,
        "status": plan.status,
        "calculations": by_id(closing),
        "usage": usage[-1:],
    }


def _no_debate(proposal: Proposal, desk: Desk, stage: Stage) -> Debate:
    """Record why no debate was needed."""
    reason = stage.protocol.why_no_debate(proposal.lens.replace("_", " "), desk.brief.offering.name)
    return Debate(triggered=False, protocol=stage.protocol.name, reason=reason)


def _resemblances(proposals: Iterable[Proposal]) -> Iterator[str]:
    for one, other in still_repeating(tuple(proposals)):
        names = (lens.replace("_", " ") for lens in (other, one))
        yield f"The {' proposal still says much of what the '.join(names)} one says, though it was drawn again."


def _status(m: Materials) -> PlanStatus:
    if m.desk.brief.approvers:
        return "needs_approval"
    return "degraded" if m.degraded else "complete"


def _losses(findings: tuple[Findings, ...], usage: list[JsonObject]) -> tuple[Degraded, ...]:
    tools = [Degraded(part=f.tool, reason=f.lost) for f in findings if f.lost]
    models = [
        Degraded(part=str(e["part"]), reason=str(reason))
        for e in sorted(usage, key=lambda e: str(e["part"]))
        for reason in (e["lost"] if isinstance(e["lost"], list) else [])
    ]
    return tuple(dict.fromkeys((*tools, *models)))
