"""Check: the faults that code finds before any critic looks."""

from __future__ import annotations

import asyncio

from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.desk import Desk
from nexusplanner.agents.options import option_of
from nexusplanner.domain.critique import Fault
from nexusplanner.domain.proposal import Proposal
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import desk_of, dump_all, proposals_of
from nexusplanner.graph.state import PlanState


async def check(state: PlanState, stage: Stage) -> PlanState:
    """Check every proposal that no critic has judged as it stands now."""
    desk = desk_of(state, stage)
    fresh = tuple(p for p in proposals_of(state).values() if not is_judged(state, p))
    faults = await asyncio.to_thread(_faults, desk, fresh)
    return {"faults": {key: dump_all(found) for key, found in faults.items()}}


def is_judged(state: PlanState, proposal: Proposal) -> bool:
    """Tell whether the critics have judged this revision of a proposal."""
    prefix = f"{proposal.id}/{proposal.revision}/"
    return any(key.startswith(prefix) for key in state.get("critiques", {}))


def _faults(desk: Desk, proposals: tuple[Proposal, ...]) -> dict[str, tuple[Fault, ...]]:
    from nexusplanner.calculators.verification import FigurePool

    pool = FigurePool.of(desk.brief, desk.evidence, desk.calculations)
    return {p.id: check_proposal(desk, p, option_of(desk, p), pool) for p in proposals}
