"""The version: refined figures and words laid out as the next version of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from nexusplanner.agents.assembly import proof, schedule, sections
from nexusplanner.agents.assembly.figures import Figures
from nexusplanner.agents.assembly.schedule import Told
from nexusplanner.agents.refinement.figures import Refigured, remapped
from nexusplanner.agents.refinement.source import Source
from nexusplanner.agents.tasks import SummaryWords
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.change import Refinement
from nexusplanner.domain.critique import Verdict
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.proposal import ProposalWords
from nexusplanner.domain.sections import Cost, Degraded, Provenance, Strategy


@dataclass(frozen=True)
class Parts:
    """What a version is made of."""

    source: Source
    new: Refigured
    words: ProposalWords
    summary: SummaryWords
    refinement: Refinement
    number: int
    provenance: tuple[Provenance, ...]
    cost: Cost
    degraded: tuple[Degraded, ...]


def lay_out(p: Parts) -> CampaignPlan:
    """Lay out the version; it is not finished before it has a status, an id and a seal."""
    desk, option, words, figures = p.new.desk, p.new.option, p.words, Figures()
    return p.source.plan.model_copy(
        update={
            "id": "",
            "version": p.number,
            "created_at": datetime.combine(desk.today, time(), UTC),
            "seed": desk.seed,
            "brief": desk.brief,
            "summary": p.summary.summary,
            "objective": sections.objective(desk, option, figures),
            "segments": sections.segments(desk, option, figures),
            "strategy": Strategy(
                positioning=words.positioning, big_idea=words.big_idea, pillars=words.pillars, angles=words.angles
            ),
            "channels": sections.channels(option, words, figures),
            "budget": sections.budget(desk, option, figures),
            "calendar": schedule.activities(desk, option, *_dates(p.new), told=_told(p.source)),
            "forecast": sections.forecast(desk, option, figures),
            "experiments": proof.experiments(desk, option, figures),
            "measurement": proof.measurement(desk, option),
            "risks": p.summary.risks,
            "compliance": proof.compliance(_named(desk.calculations, "compliance")),
            "claims": words.claims,
            "evidence": desk.evidence,
            "calculations": _once((*desk.calculations, *p.new.record)),
            **_record(p),
            "provenance": p.provenance,
            "cost": p.cost,
            "degraded": p.degraded,
            "refinement": p.refinement,
            "approval": None,
            "figures": figures.bound,
            "seal": {},
        }
    )


def _record(p: Parts) -> dict[str, Sequence[Verdict] | Debate]:
    """Keep how the plan came about; citations follow evidence that was stated anew."""
    plan, evidence = p.source.plan, {i: new for i, new in p.new.moved.items() if i.startswith("ev-")}
    known = {c.id for c in (*p.new.desk.calculations, *p.new.record)} | {e.id for e in p.new.desk.evidence}

    def followed(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(i for i in remapped(ids, evidence) if i in known)

    turns = tuple(t.model_copy(update={"evidence": followed(t.evidence)}) for t in plan.debate.turns)
    return {
        "critique": tuple(v.model_copy(update={"evidence": followed(v.evidence)}) for v in plan.critique),
        "debate": plan.debate.model_copy(update={"turns": turns}),
    }


def _dates(new: Refigured) -> tuple[Calculation, Calculation | None]:
    return _named(new.desk.calculations, "calendar"), new.desk.calculation("experiment_looks")


def _told(source: Source) -> Told:
    calendar = source.calculation("calendar")
    if calendar is None:
        return {}
    looks = source.calculation("experiment_looks")
    return schedule.told_before(source.desk, source.option, calendar, looks, activities=source.plan.calendar)


def _named(calculations: Iterable[Calculation], name: str) -> Calculation:
    return next(c for c in calculations if c.name == name)


def _once(calculations: Iterable[Calculation]) -> tuple[Calculation, ...]:
    return tuple({c.id: c for c in calculations}.values())
