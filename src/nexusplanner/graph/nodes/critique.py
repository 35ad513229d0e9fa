"""Critique: one critic judges one proposal, without knowing whose it is."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial

from nexusplanner.agents.options import option_of
from nexusplanner.agents.outside import censor
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.critique import Critique, Fault
from nexusplanner.graph.closing import close_ahead
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import desk_of, proposals_of, used
from nexusplanner.graph.meanwhile import meanwhile
from nexusplanner.graph.nodes.weigh import chance_of
from nexusplanner.graph.state import CritiqueInput, PlanState, load_all, rest
from nexusplanner.observability.events import VerdictEvent


async def critique(state: CritiqueInput, stage: Stage) -> PlanState:
    """Judge the proposal of this branch by the critic of this branch."""
    desk, proposals = desk_of(state, stage), proposals_of(state, stage.memo)
    proposal, critic = proposals[state["proposal"]], state["critic"]
    task = CritiqueTask(
        desk=desk,
        critic=critic,
        proposal=proposal,
        option=option_of(desk, proposal),
        siblings=tuple(p for p in proposals.values() if p.id != proposal.id),
        faults=load_all(Fault, state["faults"].get(proposal.id, []), memo=stage.memo),
    )
    async with _ahead(task, state, stage):
        answer = await stage.critic(f"{critic} on {proposal.id}").critique(task)
    _tell(answer.value, stage)
    key = critique_key(proposal.id, proposal.revision, critic)
    return {
        "critiques": {key: rest(answer.value, memo=stage.memo)},
        "usage": [used(f"critique {critic}", answer, stage)],
    }


def _ahead(task: CritiqueTask, state: CritiqueInput, stage: Stage) -> AbstractAsyncContextManager[None]:
    """Do what the end of the run needs if the proposal leads that breaks ties; two of its critics see to it for all."""
    likeliest = max((task.proposal, *task.siblings), key=lambda p: (chance_of(state, p.forecast), p.id))
    if likeliest.id == task.proposal.id and task.critic == stage.protocol.critics[0]:
        return meanwhile(partial(close_ahead, task.desk, task.option, state))
    if likeliest.id == task.proposal.id and task.critic == stage.protocol.critics[-1]:
        return meanwhile(censor(task.desk).read_ahead)
    return nullcontext()


def critique_key(proposal: str, revision: int, critic: str) -> str:
    """Name a critique, so that one of an earlier revision stays beside it."""
    return f"{proposal}/{revision}/{critic}"


def _tell(critique: Critique, stage: Stage) -> None:
    failed = tuple(v.criterion for v in critique.verdicts if not v.passed)
    stage.tell(
        VerdictEvent(
            proposal=critique.proposal,
            critic=critique.critic,
            score=round(critique.score, 4),
            passed=len(critique.verdicts) - len(failed),
            failed=failed,
        )
    )
