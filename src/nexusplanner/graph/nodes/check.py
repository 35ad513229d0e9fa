"""Check: the faults that code finds before any critic looks."""

from __future__ import annotations

from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.difference import repeating
from nexusplanner.agents.options import option_of
from nexusplanner.domain.proposal import Proposal
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import desk_of, dump_all, proposals_of
from nexusplanner.graph.state import PlanState


async def check(state: PlanState, stage: Stage) -> PlanState:
    """Check every proposal that no critic has judged as it stands now; first drafts that repeat another come again."""
    desk = desk_of(state, stage)
    fresh = tuple(p for p in proposals_of(state, stage.memo).values() if not is_judged(state, p))
    faults = {p.id: check_proposal(desk, p, option_of(desk, p), desk.pool) for p in fresh}
    again = repeating(fresh) if len(fresh) > 1 else ()
    return {"faults": {key: dump_all(found) for key, found in faults.items()}, "again": list(again)}


def is_judged(state: PlanState, proposal: Proposal) -> bool:
    """Tell whether the critics have judged this revision of a proposal."""
    prefix = f"{proposal.id}/{proposal.revision}/"
    return any(key.startswith(prefix) for key in state.get("critiques", {}))
