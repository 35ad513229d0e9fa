"""Assemble: everything a run found and decided, laid out as one campaign plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

from nexusplanner.agents.assembly import proof, schedule, sections, verdict
from nexusplanner.agents.assembly.figures import Figures
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.difference import all_apart
from nexusplanner.agents.tasks import SummaryWords
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.critique import Critique
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.proposal import Proposal
from nexusplanner.domain.repair import Repair, added_up
from nexusplanner.domain.sections import Cost, Degraded, Provenance, Strategy
from nexusplanner.llm.purse import Purse


@dataclass(frozen=True)
class Materials:
    """What a plan is made of."""

    desk: Desk
    """With the closing calculations among its calculations."""
    proposal: Proposal
    option: Option
    proposals: tuple[Proposal, ...]
    critiques: tuple[Critique, ...]
    """Those of the proposals as they stand."""
    decisions: dict[str, bool]
    debate: Debate
    words: SummaryWords
    provenance: tuple[Provenance, ...]
    cost: Cost
    degraded: tuple[Degraded, ...]
    notes: tuple[str, ...]
    repairs: tuple[Repair, ...] = ()


def assemble(m: Materials) -> CampaignPlan:
    """Lay out the plan; it is not finished before it has a status, an id and a seal."""
    desk, option, words, figures = m.desk, m.option, m.proposal.words, Figures()
    verdicts = verdict.final_verdicts(m.critiques, m.proposal.id, m.decisions)
    return CampaignPlan(
        id="",
        version=1,
        tenant=desk.tenant,
        created_at=datetime.combine(desk.today, time(), UTC),
        status="complete",
        seed=desk.seed,
        brief=desk.brief,
        summary=m.words.summary,
        objective=sections.objective(desk, option, figures),
        segments=sections.segments(desk, option, figures),
        strategy=Strategy(
            positioning=words.positioning,
            big_idea=words.big_idea,
            pillars=words.pillars,
            angles=words.angles,
        ),
        channels=sections.channels(option, words, figures),
        budget=sections.budget(desk, option, figures),
        calendar=schedule.activities(desk, option, _named(desk, "calendar"), desk.calculation("experiment_looks")),
        forecast=sections.forecast(desk, option, figures),
        experiments=proof.experiments(desk, option, figures),
        measurement=proof.measurement(desk, option),
        risks=m.words.risks,
        compliance=proof.compliance(_named(desk, "compliance")),
        alternatives=verdict.alternatives(desk, m.proposals, m.critiques, m.proposal.id),
        dissent=verdict.dissent(m.critiques, verdicts, m.proposal.id),
        claims=words.claims,
        evidence=desk.evidence,
        calculations=desk.calculations,
        critique=verdicts,
        debate=m.debate,
        provenance=m.provenance,
        cost=m.cost,
        degraded=m.degraded,
        repairs=added_up(m.repairs),
        differences=all_apart(m.proposals, {c.id: c for c in desk.calculations}),
        notes=m.notes,
        figures=figures.bound,
    )


def total_cost(entries: Sequence[JsonObject], purse: Purse) -> Cost:
    """Add up what the answers of a run cost, and what the purse paid for calls that gave none."""
    return Cost(
        usd=max(sum((Decimal(str(e["usd"])) for e in entries), Decimal(0)), purse.spent_usd),
        calls=max(sum(int(str(e["calls"])) for e in entries), purse.calls),
        tokens_in=max(sum(int(str(e["tokens_in"])) for e in entries), purse.tokens_in),
        tokens_out=max(sum(int(str(e["tokens_out"])) for e in entries), purse.tokens_out),
        cached_calls=sum(int(str(e.get("cached_calls", 0))) for e in entries),
        saved_usd=sum((Decimal(str(e.get("saved_usd", 0))) for e in entries), Decimal(0)),
    )


def _named(desk: Desk, name: str) -> Calculation:
    found = desk.calculation(name)
    if found is None:
        raise LookupError(name)
    return found
