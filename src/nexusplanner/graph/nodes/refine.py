"""Refine: what was understood is applied, its figures computed, its words retold: the next version of the plan."""

from __future__ import annotations

import asyncio
from datetime import date

from nexusplanner.agents.assembly import finished, settled
from nexusplanner.agents.assembly.assemble import total_cost
from nexusplanner.agents.assembly.clean import clean_summary
from nexusplanner.agents.checks import check_proposal
from nexusplanner.agents.experts.revise import revise
from nexusplanner.agents.refinement.asking import Outcome
from nexusplanner.agents.refinement.figures import Refigured, refigure
from nexusplanner.agents.refinement.retelling import Retelling, proposal_of
from nexusplanner.agents.refinement.source import Source
from nexusplanner.agents.refinement.version import Parts, lay_out
from nexusplanner.agents.tasks import ProposeTask, SummariseTask, SummaryWords
from nexusplanner.domain.approval import Decided
from nexusplanner.domain.change import Refinement
from nexusplanner.domain.critique import Verdict
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.proposal import ProposalWords
from nexusplanner.domain.sections import Degraded, Provenance
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import used
from nexusplanner.graph.nodes.understand import outcome_of, source_of
from nexusplanner.graph.provenance import provenance_of
from nexusplanner.graph.state import PlanState, dump, load
from nexusplanner.llm.rules import RULES


async def refine(state: PlanState, stage: Stage) -> PlanState:
    """Make the next version: change what was asked and what follows from it, and leave the rest."""
    source = source_of(state, stage)
    outcome = outcome_of(state, stage, source)
    today = min(date.fromisoformat(state["today"]), outcome.draft.brief.period.end)
    seed = state.get("seed", source.plan.seed)
    new = await asyncio.to_thread(refigure, source, outcome.draft, today=today, seed=seed)
    told = Retelling(source, new)
    words, spoke = await _words(told, outcome, stage)
    summary, wrote = await _summary(told, words, stage)
    usage = [*state.get("usage", []), *spoke, *wrote]
    version = lay_out(
        Parts(
            source=source,
            new=new,
            words=words,
            summary=summary,
            refinement=_origin(state, source, outcome, new),
            number=state.get("number", source.plan.version + 1),
            provenance=_provenance(source.plan, usage),
            cost=total_cost(usage, stage.purse),
            degraded=_lost(source.plan, usage),
        )
    )
    plan = _finished(version, state, stage)
    return {"plan": dump(plan), "status": plan.status, "usage": [*spoke, *wrote]}


async def _words(told: Retelling, outcome: Outcome, stage: Stage) -> tuple[ProposalWords, list[JsonObject]]:
    """Retell the words; where voice or phrases changed, the strategist has the last word, and code the one after."""
    if not outcome.draft.is_retold:
        return told.words, []
    desk, option = told.new.desk, told.new.option
    gap = Verdict(criterion="brand_voice", passed=False, score=0, gap=" ".join(c.reading for c in outcome.changes))
    task = ProposeTask(desk, option, previous=told.words, gaps=(gap,))
    answer = await stage.strategist(option.lens).propose(task)
    usage, words = [used("strategy (refined)", answer, stage)], answer.value
    if answer.rung == RULES:
        return words, usage
    proposal = proposal_of(told.source, option, words=words).model_copy(update={"rung": answer.rung})
    faults = check_proposal(desk, proposal, option, desk.pool)
    if not faults:
        return words, usage
    reason = f"{len(faults)} faults were left in what {answer.rung} wrote, first: {faults[0].problem}"
    lost = usage[0]["lost"]
    return revise(task), [{**usage[0], "lost": [*(lost if isinstance(lost, list) else []), reason]}]


async def _summary(told: Retelling, words: ProposalWords, stage: Stage) -> tuple[SummaryWords, list[JsonObject]]:
    """Retell the summary; an editor is asked again only where the words of one do not hold any more."""
    if not told.is_summary_lost:
        return told.summary, []
    desk, option = told.new.desk, told.new.option
    proposal = proposal_of(told.source, option, words=words)
    answer = await stage.editor().summarise(SummariseTask(desk, proposal, option))
    summary, _, mended = clean_summary(desk, proposal, option, answer)
    usage = used("summary", answer, stage)
    lost = usage["lost"]
    return summary, [{**usage, "lost": [*(lost if isinstance(lost, list) else []), *(d.reason for d in mended)]}]


def _origin(state: PlanState, source: Source, outcome: Outcome, new: Refigured) -> Refinement:
    amounts = {c.channel: c.amount for c in new.option.channels}
    return Refinement(
        parent=source.plan.id,
        root=source.plan.root,
        feedback=state.get("feedback", ""),
        changes=outcome.changes,
        refused=outcome.refused,
        fixed={name: amounts[name] for name in outcome.draft.fixed if name in amounts},
    )


def _provenance(plan: CampaignPlan, usage: list[JsonObject]) -> tuple[Provenance, ...]:
    fresh = provenance_of(usage, "")[1:]  # the numbers are the code's, as before
    written = {p.section for p in fresh}
    return (*(p for p in plan.provenance if p.section not in written), *fresh)


def _lost(plan: CampaignPlan, usage: list[JsonObject]) -> tuple[Degraded, ...]:
    fresh = [
        Degraded(part=str(entry["part"]), reason=str(reason))
        for entry in usage
        for reason in (entry["lost"] if isinstance(entry["lost"], list) else [])
    ]
    return tuple(dict.fromkeys((*plan.degraded, *fresh)))


def _finished(version: CampaignPlan, state: PlanState, stage: Stage) -> CampaignPlan:
    """Finish the version: approved by whoever asked for exactly these edits, else to be asked about, else done."""
    if state.get("decision") and not state["refused"]:
        return settled(version, load(Decided, state["decision"], memo=stage.memo), "approved")
    return finished(version, _status(version))


def _status(plan: CampaignPlan) -> PlanStatus:
    if plan.brief.approvers:
        return "needs_approval"
    return "degraded" if plan.degraded else "complete"
