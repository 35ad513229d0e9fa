"""Size: findings become one ledger, and the ledger becomes the numbers all lenses share."""

from __future__ import annotations

import asyncio
from datetime import date

from nexusplanner.agents.researchers import brief_evidence
from nexusplanner.agents.sizing import size as run_sizing
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.evidence import merged
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import by_id, dump_all
from nexusplanner.graph.state import PlanState, load, load_all
from nexusplanner.ports import Findings


async def size(state: PlanState, stage: Stage) -> PlanState:
    """Join the evidence and run the shared calculations."""
    brief = load(CampaignBrief, state["brief"])
    findings = findings_of(state)
    today = date.fromisoformat(state["today"])
    evidence = merged((brief_evidence(brief, today), *(f.evidence for f in findings)))
    calculations = await asyncio.to_thread(
        run_sizing,
        brief,
        customers=next((f.customers for f in findings if f.customers), None),
        history=next((f.history for f in findings if f.history), None),
        evidence=evidence,
        seed=state["seed"],
    )
    notes = [note for f in findings for note in f.notes] + [
        f"{q.bad:,} of {q.rows:,} rows of {q.source} were left out: {q.examples[0].reason}."
        for f in findings
        for q in f.quality
        if q.bad and q.examples
    ]
    return {
        "evidence": dump_all(evidence),
        "calculations": by_id(calculations),
        "notes": notes,
    }


def findings_of(state: PlanState) -> tuple[Findings, ...]:
    """Read what the tools brought, in the order of their names."""
    return tuple(sorted(load_all(Findings, state.get("findings", [])), key=lambda f: f.tool))
