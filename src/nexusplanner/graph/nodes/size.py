"""Size: findings become one ledger, and the ledger becomes numbers: those all lenses share, and each lens's own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.memo import Memo
from nexusplanner.agents.options import build_option
from nexusplanner.agents.researchers import brief_evidence
from nexusplanner.agents.sizing import size as run_sizing
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence, merged
from nexusplanner.domain.learned import Learned
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import LENSES
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import by_id, desk_of, dump_all
from nexusplanner.graph.state import PlanState, load, load_all
from nexusplanner.learning import Recalled
from nexusplanner.ports import Findings


async def size(state: PlanState, stage: Stage) -> PlanState:
    """Join the evidence, run the shared calculations and those of each lens: all before the first call leaves."""
    brief = load(CampaignBrief, state["brief"], memo=stage.memo)
    findings = findings_of(state, stage.memo)
    today = date.fromisoformat(state["today"])
    recalled = await _recalled(brief, stage, tenant=state["tenant"], today=today)
    evidence = merged((brief_evidence(brief, today), *(f.evidence for f in findings), recalled.evidence))
    calculations = await asyncio.to_thread(
        _shared, brief, findings, evidence, seed=state["seed"], learned=recalled.learned
    )
    notes = [*_notes(findings), *recalled.notes]
    sized: PlanState = {"evidence": dump_all(evidence), "calculations": by_id(calculations), "notes": notes}
    options = await asyncio.to_thread(_options, desk_of({**state, **sized}, stage))
    return {**sized, "options": options}


def findings_of(state: PlanState, memo: Memo) -> tuple[Findings, ...]:
    """Read what the tools brought, in the order of their names."""
    return tuple(sorted(load_all(Findings, state.get("findings", []), memo=memo), key=lambda f: f.tool))


async def _recalled(brief: CampaignBrief, stage: Stage, *, tenant: str, today: date) -> Recalled:
    """Ask what earlier campaigns taught; nothing where none was reported."""
    experience = stage.parts.experience
    found = None if experience is None else await experience.recall(brief, tenant=tenant, today=today)
    return found or Recalled()


def _notes(findings: tuple[Findings, ...]) -> list[str]:
    return [note for f in findings for note in f.notes] + [
        f"{q.bad:,} of {q.rows:,} rows of {q.source} were left out: {q.examples[0].reason}."
        for f in findings
        for q in f.quality
        if q.bad and q.examples
    ]


def _shared(
    brief: CampaignBrief,
    findings: tuple[Findings, ...],
    evidence: tuple[Evidence, ...],
    *,
    seed: int,
    learned: Learned | None,
) -> tuple[Calculation, ...]:
    history = next((f.history for f in findings if f.history), None)
    return run_sizing(
        brief,
        customers=next((f.customers for f in findings if f.customers), None),
        history=history,
        evidence=evidence,
        seed=seed,
        learned=None if learned is None else learned.beside(history, start=brief.period.start),
    )


def _options(desk: Desk) -> dict[str, list[JsonObject]]:
    options: dict[str, list[JsonObject]] = {lens: dump_all(build_option(desk, lens).calculations) for lens in LENSES}
    computed = load_all(Calculation, (raw for raws in options.values() for raw in raws), memo=desk.memo)
    replace(desk, calculations=(*desk.calculations, *computed)).read_ahead()
    return options
