"""A trial: one run of one protocol, held against what code measures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from time import perf_counter
from typing import cast

from nexusplanner.agents.assembly.verdict import final_verdicts
from nexusplanner.agents.options import lens_option
from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.agents.referee import Reference, references
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.critique import Criterion, Critique
from nexusplanner.domain.debate import StopReason
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.proposal import Lens
from nexusplanner.domain.sections import Exact
from nexusplanner.graph.context import Parts, Stage
from nexusplanner.graph.desks import desk_of, proposals_of
from nexusplanner.graph.nodes.critique import critique_key
from nexusplanner.graph.nodes.weigh import current_critiques
from nexusplanner.graph.state import PlanState, load, load_all
from nexusplanner.llm.purse import Purse
from nexusplanner.planner.runs import Run


class Trial(DomainModel):
    """One run, and how it fared by the measures of code."""

    brief: str
    protocol: str
    drafts: int
    critics: int
    seed: int
    scores: dict[Criterion, float]
    """The chosen proposal by code, criterion by criterion, 0-1."""
    claims: int
    """Criteria on which code can tell right from wrong."""
    right: int
    """Those of them that the protocol had right."""
    worse: int
    """Those that the first critic had right and the protocol wrong."""
    better: int
    """Those that the first critic had wrong and the protocol right."""
    answers: int
    """What agents were asked, by whomever it was answered."""
    calls: int
    """Calls of models, repairs among them."""
    usd: Exact
    """With what came from the cache at its price."""
    latency_s: float
    rounds: int
    stop_reason: StopReason

    @property
    def score(self) -> float:
        """Mean over the criteria."""
        return sum(self.scores.values()) / len(self.scores)


async def tried(parts: Parts, run: Run, given: PlanState) -> Trial:
    """Walk a run to its end and measure it."""
    started = perf_counter()
    await run.walk(given)
    latency_s = perf_counter() - started
    context = run.context
    stage = Stage(parts, context.purse or Purse(usd=Decimal(0), max_calls=0), context.tenant, lambda _: None)
    return trial_of(run.state, stage, seed=given["seed"], latency_s=latency_s)


def trial_of(state: PlanState, stage: Stage, *, seed: int, latency_s: float) -> Trial:
    """Measure a run by its last state.

    Args:
        state: Where the run ended, with a plan.
        stage: The parts that it ran with.
        seed: Its seed.
        latency_s: Its wall clock.
    """
    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    known, protocol = _references(state, stage), stage.protocol
    final = {v.criterion: v.passed for v in final_verdicts(
        current_critiques(state, stage.memo), state["leader"], state.get("decisions", {}))}  # fmt: skip
    first = _first_look(state, stage, protocol)
    judged = {c: r.passes for c, r in known.items() if r.passes is not None}
    return Trial(
        brief=plan.brief.name,
        protocol=protocol.name,
        drafts=len(protocol.drafts),
        critics=len(protocol.critics),
        seed=seed,
        scores={c: round(r.score, 4) for c, r in known.items()},
        claims=len(judged),
        right=sum(final[c] == passes for c, passes in judged.items()),
        worse=sum(first[c] == passes != final[c] for c, passes in judged.items()),
        better=sum(first[c] != passes == final[c] for c, passes in judged.items()),
        answers=len(state["usage"]),
        calls=plan.cost.calls,
        usd=plan.cost.usd + plan.cost.saved_usd,
        latency_s=round(latency_s, 3),
        rounds=plan.debate.rounds,
        stop_reason=plan.debate.stop_reason,
    )


def _references(state: PlanState, stage: Stage) -> dict[Criterion, Reference]:
    desk, leader = desk_of(state, stage), proposals_of(state, stage.memo)[state["leader"]]
    options = (
        lens_option(desk, cast(Lens, lens), computed=load_all(Calculation, raw, memo=stage.memo))
        for lens, raw in state["options"].items()
    )
    return references(desk, leader, options)


def _first_look(state: PlanState, stage: Stage, protocol: DecisionProtocol) -> Mapping[Criterion, bool]:
    leader = proposals_of(state, stage.memo)[state["leader"]]
    raw = state["critiques"][critique_key(leader.id, leader.revision, protocol.critics[0])]
    return {v.criterion: v.passed for v in load(Critique, raw, memo=stage.memo).verdicts}
