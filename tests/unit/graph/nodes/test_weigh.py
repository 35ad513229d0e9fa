"""Weighing: the leader, its gaps that words can mend, and a revision that lost something taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import cast

from tests.unit.agents.kiln import TODAY, desk, proposed

from nexusplanner.agents.protocols import Vote
from nexusplanner.domain.critique import CRITERIA, Criterion, Critique, Verdict
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import Proposal
from nexusplanner.graph.context import Parts, Stage
from nexusplanner.graph.nodes.weigh import leader_verdicts, mendable_gaps, open_disputes, weigh
from nexusplanner.graph.state import PlanState, dump
from nexusplanner.llm import Purse, RulesModel
from nexusplanner.ports import Plans

PARTS = Parts(RulesModel({}), {}, cast(Plans, None), lambda: TODAY)
STAGE = Stage(PARTS, Purse(usd=Decimal(1), max_calls=1), "acme", lambda _: None)
DESK, OPTION, PROPOSAL = proposed("efficiency", desk())


def judged(*failed: Criterion) -> Critique:
    verdicts = tuple(
        Verdict(criterion=c, passed=c not in failed, score=0.7, gap="no" if c in failed else "") for c in CRITERIA
    )
    return Critique(proposal=PROPOSAL.id, critic="x", verdicts=verdicts)


def state(*, before: Critique, after: Critique | None = None) -> PlanState:
    revised: Proposal = PROPOSAL.model_copy(update={"revision": 1})
    made: PlanState = {
        "tenant": "acme",
        "proposals": {PROPOSAL.id: dump(revised if after else PROPOSAL)},
        "calculations": {c.id: dump(c) for c in DESK.calculations},
        "critiques": {f"{PROPOSAL.id}/0/{critic}": dump(before) for critic in ("finance", "audience")},
        "revisions": 1 if after else 0,
        "leader": PROPOSAL.id,
        "decisions": {},
    }
    if after:
        made["critiques"] |= {f"{PROPOSAL.id}/1/{critic}": dump(after) for critic in ("finance", "audience")}
        made["kept"] = dump(PROPOSAL)
    return made


async def test_a_revision_that_lost_a_criterion_is_taken_back_for_good() -> None:
    changed = await weigh(state(before=judged("evidence"), after=judged("brand_voice")), STAGE)
    assert changed["course"] == "assemble"
    assert changed["proposals"][PROPOSAL.id]["revision"] == 0


async def test_a_revision_that_only_gained_stays() -> None:
    changed = await weigh(state(before=judged("evidence"), after=judged()), STAGE)
    assert changed == {"ranked": [PROPOSAL.id], "leader": PROPOSAL.id, "course": "assemble"}


def test_only_gaps_that_words_can_mend_call_for_a_revision() -> None:
    gaps = mendable_gaps(state(before=judged("money", "evidence", "objective_fit")), STAGE)
    assert [g.criterion for g in gaps] == ["evidence"]


def test_there_is_one_debate_at_most() -> None:
    disputed = state(before=judged())
    disputed["critiques"][f"{PROPOSAL.id}/0/finance"] = dump(judged("money"))
    assert open_disputes(disputed, STAGE) == ((PROPOSAL.id, "money"),)
    disputed["debate"] = {"triggered": True}
    assert open_disputes(disputed, STAGE) == ()


VOTING = replace(STAGE, parts=replace(PARTS, protocol=Vote()))


def voted(passes: int, revision: int) -> dict[str, JsonObject]:
    """Let three critics vote on the evidence; so many of them pass it."""
    votes = [judged() if k < passes else judged("evidence") for k in range(3)]
    return {f"{PROPOSAL.id}/{revision}/{k}": dump(vote) for k, vote in enumerate(votes)}


async def test_votes_on_a_revision_replace_those_before_it() -> None:
    """A majority passed the evidence; now nobody does: the revision is taken back, its votes are not kept."""
    begun = state(before=judged(), after=judged())
    begun["critiques"] = {**voted(2, 0), **voted(0, 1)}
    begun["decisions"] = {f"{PROPOSAL.id}/evidence": True}
    changed = await weigh(begun, VOTING)
    assert changed["proposals"][PROPOSAL.id]["revision"] == 0
    assert "decisions" not in changed
    begun["critiques"] = {**voted(1, 0), **voted(3, 1)}
    begun["decisions"] = {f"{PROPOSAL.id}/evidence": False}
    assert (await weigh(begun, VOTING))["decisions"] == {}


async def test_two_critics_that_differ_about_a_revision_do_not_undo_what_was_settled_before() -> None:
    """What passed stays passed, what failed stays failed; what both say of it now stands."""
    begun = state(before=judged("calendar"), after=judged("calendar"))
    begun["critiques"][f"{PROPOSAL.id}/1/finance"] = dump(judged("money"))
    changed = await weigh(begun, STAGE)
    assert "proposals" not in changed
    assert changed["decisions"] == {f"{PROPOSAL.id}/money": True, f"{PROPOSAL.id}/calendar": False}
    agreed = state(before=judged("evidence"), after=judged())
    agreed["decisions"], agreed["debate"] = {f"{PROPOSAL.id}/evidence": False}, {"triggered": True}
    assert (await weigh(agreed, STAGE))["course"] == "assemble"
    assert all(v.passed for v in leader_verdicts(agreed, STAGE))
