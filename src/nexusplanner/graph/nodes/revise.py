"""Revise: the leader is mended where it failed, and only there."""

from __future__ import annotations

from functools import partial

from nexusplanner.agents.mending import mended_words
from nexusplanner.agents.options import option_of
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.graph.closing import close_ahead
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import desk_of, proposals_of, used
from nexusplanner.graph.meanwhile import meanwhile
from nexusplanner.graph.nodes.propose import tell_proposal
from nexusplanner.graph.nodes.weigh import mendable_gaps
from nexusplanner.graph.state import PlanState, dump
from nexusplanner.llm.rules import RULES


async def revise(state: PlanState, stage: Stage) -> PlanState:
    """Mend the leader's failing criteria once; ``weigh`` takes it back if it lost any."""
    desk, leader = desk_of(state, stage), proposals_of(state, stage.memo)[state["leader"]]
    option = option_of(desk, leader)
    task = ProposeTask(desk, option, previous=leader.words, gaps=mendable_gaps(state, stage))
    async with meanwhile(partial(close_ahead, desk, option, state)):
        answer = await stage.strategist(leader.lens).propose(task)
    words, repairs = mended_words(desk, option, answer, part="revise")
    mended = leader.model_copy(
        update={
            "words": words,
            "repairs": (*leader.repairs, *repairs),
            "revision": leader.revision + 1,
            # The rules mend a model's words and keep the rest of them.
            "rung": leader.rung if answer.rung == RULES else answer.rung,
        }
    )
    tell_proposal(mended, option.figure("p50"), stage)
    return {
        "proposals": {mended.id: dump(mended)},
        "kept": dump(leader),
        "revisions": state["revisions"] + 1,
        "usage": [used("revise", answer, stage)],
    }
