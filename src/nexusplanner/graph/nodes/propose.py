"""Propose: the strategist of one lens writes around its split; no lens sees another."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from nexusplanner.agents.mending import mended_words
from nexusplanner.agents.options import lens_option
from nexusplanner.agents.outside import censor
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.proposal import Lens, Proposal
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import desk_of, proposals_of, used
from nexusplanner.graph.meanwhile import meanwhile
from nexusplanner.graph.state import LensInput, PlanState, load_all, rest
from nexusplanner.observability.events import ProposalEvent


async def propose(state: LensInput, stage: Stage) -> PlanState:
    """Write the proposal of one lens."""
    lens, desk = cast(Lens, state["lens"]), desk_of(state, stage)
    computed = load_all(Calculation, state["options"][lens], memo=stage.memo)
    option = lens_option(desk, lens, computed=computed)
    desk = replace(desk, calculations=(*desk.calculations, *option.calculations))
    draw = state.get("draw", 0)
    before = proposals_of(state, stage.memo) if state.get("again") else {}
    name = draft_id(lens, draw)
    redraws = before[name].redraws + 1 if name in before else 0
    taken = tuple(p.words for p in before.values() if p.lens != lens)
    async with meanwhile(censor(desk).read_ahead):
        answer = await stage.strategist(lens).propose(ProposeTask(desk, option, draw=draw + redraws, taken=taken))
    words, repairs = mended_words(desk, option, answer, part=f"propose {lens}")
    proposal = Proposal(
        id=name,
        lens=lens,
        words=words,
        redraws=redraws,
        repairs=repairs,
        segments=tuple(s.id for s in option.segments),
        allocation=option.allocation.id,
        forecast=option.forecast.id,
        rung=answer.rung,
    )
    tell_proposal(proposal, option.figure("p50"), stage)
    return {
        "proposals": {proposal.id: rest(proposal, memo=stage.memo)},
        "calculations": {str(raw["id"]): raw for raw in state["options"][lens]},
        "usage": [used(f"propose {lens}", answer, stage)],
    }


def draft_id(lens: Lens, draw: int) -> str:
    """Name the proposal of a draft; drawn again it keeps its name."""
    return f"prop-{lens.replace('_', '-')}" + (f"-{draw + 1}" if draw else "")


def tell_proposal(proposal: Proposal, p50: float, stage: Stage) -> None:
    """Tell that a proposal, or a revision of one, was handed in."""
    stage.tell(
        ProposalEvent(
            proposal=proposal.id,
            lens=proposal.lens,
            rung=proposal.rung,
            revision=proposal.revision,
            positioning=proposal.words.positioning,
            p50=p50,
        )
    )
