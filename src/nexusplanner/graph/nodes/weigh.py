"""Weigh: who leads, what is disputed, and whether the last revision may stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from nexusplanner.agents.memo import Memo
from nexusplanner.agents.verdicts import Tally, finalists, settled, tally
from nexusplanner.domain.critique import Criterion, Critique, Verdict
from nexusplanner.domain.proposal import Proposal
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import proposals_of
from nexusplanner.graph.state import Course, PlanState, dump, load, load_all

MENDABLE: frozenset[Criterion] = frozenset(
    {"evidence", "unused_evidence", "differentiation", "brand_voice", "compliance"}
)
"""Criteria that words can mend; money and dates are settled by code."""


async def weigh(state: PlanState, stage: Stage) -> PlanState:
    """Rank the proposals, take back a revision that lost a criterion it had passed, and set the course."""
    memo = stage.memo
    state, voted = _voted(state, stage)
    if "kept" in state and state["kept"] and _regressed(state, stage):
        kept = load(Proposal, state["kept"], memo=memo)
        return {"proposals": {kept.id: dump(kept)}, "course": "assemble"}
    ranked = _preferred_first(state, ranking(state, memo))
    leader = state.get("leader") if state.get("revisions", 0) else ranked[0]
    weighed: PlanState = {**voted, "ranked": ranked, "leader": leader or ranked[0]}
    return {**weighed, "course": _course({**state, **weighed}, stage)}


def _course(state: PlanState, stage: Stage) -> Course:
    if open_disputes(state, stage):
        return "debate"
    may_mend = state["revisions"] < stage.protocol.revisions
    return "revise" if may_mend and mendable_gaps(state, stage) else "assemble"


def _voted(state: PlanState, stage: Stage) -> tuple[PlanState, PlanState]:
    """Settle what the protocol leaves to votes; what was debated stays as it was ruled."""
    votes = stage.protocol.by_votes(current_critiques(state, stage.memo))
    decisions = {**_carried(state, stage), **votes, **_debated(state)}
    if decisions == state.get("decisions", {}):
        return state, {}
    voted: PlanState = {"decisions": decisions}
    return {**state, **voted}, voted


def _carried(state: PlanState, stage: Stage) -> dict[str, bool]:
    """Settle what critics differ about on a revision by what was settled before it: their votes are not its first."""
    if not state.get("revisions", 0):
        return {}
    leader = state["leader"]
    differing = _differing(c for c in current_critiques(state, stage.memo) if c.proposal == leader)
    settled_now = {f"{leader}/{v.criterion}": v.passed for v in leader_verdicts(state, stage)}
    return {about: settled_now[about] for about in differing}


def _differing(critiques: Iterable[Critique]) -> tuple[str, ...]:
    """Name the claims that critics differ about."""
    votes: defaultdict[str, set[bool]] = defaultdict(set)
    for critique in critiques:
        for verdict in critique.verdicts:
            votes[f"{critique.proposal}/{verdict.criterion}"].add(verdict.passed)
    return tuple(about for about, given in votes.items() if len(given) > 1)


def _debated(state: PlanState) -> dict[str, bool]:
    return state.get("decisions", {}) if state.get("debate") else {}


def _preferred_first(state: PlanState, ranked: Sequence[Tally]) -> list[str]:
    """Put the finalist first that the judge preferred in both orders."""
    names, close = [t.proposal for t in ranked], [t.proposal for t in finalists(ranked)]
    preferred = state.get("preferred", "")
    return sorted(names, key=lambda name: name != preferred) if preferred in close else names


def ranking(state: PlanState, memo: Memo) -> tuple[Tally, ...]:
    """Tally the critiques of the proposals as they stand, with disputes the debate settled."""
    proposals = proposals_of(state, memo)
    chances = {p.id: chance_of(state, p.forecast) for p in proposals.values()}
    critiques, decided = current_critiques(state, memo), state.get("decisions", {})
    decisions = {about: decided[about] for about in _differing(critiques) if about in decided}
    return tally((_decided(c, decisions) for c in critiques), chances)


def open_disputes(state: PlanState, stage: Stage) -> tuple[tuple[str, Criterion], ...]:
    """Return the disputes no debate has settled; none once there was one."""
    return () if state.get("debate") else stage.protocol.disputed(ranking(state, stage.memo))


def mendable_gaps(state: PlanState, stage: Stage) -> tuple[Verdict, ...]:
    """Return the leader's failed criteria that words can mend."""
    return tuple(v for v in leader_verdicts(state, stage) if not v.passed and v.criterion in MENDABLE)


def leader_verdicts(state: PlanState, stage: Stage, *, back: int = 0) -> tuple[Verdict, ...]:
    """Join the verdicts on the leader, as it stands or as of some revisions back.

    On a revision what was settled before it is one more vote, so that two critics who differ do not undo it.
    """
    proposal, memo = state["leader"], stage.memo
    number = proposals_of(state, memo)[proposal].revision - back
    mine = [
        load(Critique, raw, memo=memo)
        for key, raw in sorted(state["critiques"].items())
        if key.startswith(f"{proposal}/{number}/")
    ]
    prefix = f"{proposal}/"
    before = leader_verdicts(state, stage, back=back + 1) if number else ()
    decisions = {**stage.protocol.by_votes(mine), **_debated(state)}
    mine_alone = {k.removeprefix(prefix): v for k, v in decisions.items() if k.startswith(prefix)}
    return settled(mine, {**{v.criterion: v.passed for v in before}, **mine_alone})


def current_critiques(state: PlanState, memo: Memo) -> tuple[Critique, ...]:
    """Read the critiques of the proposals as they stand."""
    revision = {p.id: p.revision for p in proposals_of(state, memo).values()}
    critiques = sorted(state["critiques"].items())
    return load_all(Critique, (raw for key, raw in critiques if _is_current(key, revision)), memo=memo)


def _is_current(key: str, revision: dict[str, int]) -> bool:
    proposal, number, _ = key.split("/")
    return revision[proposal] == int(number)


def _regressed(state: PlanState, stage: Stage) -> bool:
    before = _passed(leader_verdicts(state, stage, back=1))
    return bool(before - _passed(leader_verdicts(state, stage)))


def _passed(verdicts: Iterable[Verdict]) -> set[Criterion]:
    return {v.criterion for v in verdicts if v.passed}


def _decided(critique: Critique, decisions: dict[str, bool]) -> Critique:
    passed = {v.criterion: decisions.get(f"{critique.proposal}/{v.criterion}", v.passed) for v in critique.verdicts}
    if all(passed[v.criterion] == v.passed for v in critique.verdicts):
        return critique
    verdicts = tuple(v.model_copy(update={"passed": passed[v.criterion]}) for v in critique.verdicts)
    return critique.model_copy(update={"verdicts": verdicts})


def chance_of(state: PlanState, forecast: str) -> float:
    """Return the probability of the target by a forecast; the larger breaks a tie."""
    outputs = state["calculations"][forecast]["outputs"]
    chance = outputs.get("probability_of_target") if isinstance(outputs, dict) else None
    return float(chance) if isinstance(chance, int | float) else 0.0
