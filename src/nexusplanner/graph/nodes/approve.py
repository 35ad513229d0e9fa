"""Approve: the run waits for one of the brief's approvers."""

from __future__ import annotations

import asyncio

from langgraph.types import interrupt
from pydantic import ValidationError

from nexusplanner.agents.assembly import settled
from nexusplanner.domain.approval import Decided, Question, check_answer, decided
from nexusplanner.domain.decision import Decision
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import ApprovalError
from nexusplanner.graph.context import Stage
from nexusplanner.graph.nodes.save import keep
from nexusplanner.graph.state import PlanState, dump, load


async def approve(state: PlanState, stage: Stage) -> PlanState:
    """Wait for the answer, and do what it says; nothing with an effect stands before the wait."""
    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    question = load(Question, state["question"], memo=stage.memo)
    made = await _written_down(question, stage) or await _heard(question, stage)
    if made.verdict == "edited":
        await keep(settled(plan, made, "edited"), stage)
        return _edited(state, plan, made)
    plan = settled(plan, made, made.verdict)
    return {"plan": dump(plan), "status": plan.status, "decision": dump(made)}


def _edited(state: PlanState, plan: CampaignPlan, made: Decided) -> PlanState:
    """Have the plan refined as the approver asks; the version that was asked about is kept as it was decided upon."""
    origin = state.get("origin") or plan.brief.model_dump(mode="json", exclude_none=True)
    changed: PlanState = {"decision": dump(made), "origin": origin, "number": plan.version + 1, "status": plan.status}
    if isinstance(made.edits, str):
        return {**changed, "feedback": made.edits, "edits": []}
    return {**changed, "feedback": "", "edits": [dump(change) for change in made.edits]}


async def _written_down(question: Question, stage: Stage) -> Decided | None:
    """Return the decision that a door wrote down before it woke the run, so that nobody need answer twice."""
    register = stage.parts.approvals
    return None if register is None else await asyncio.to_thread(register.find, question.key, tenant=stage.tenant)


async def _heard(question: Question, stage: Stage) -> Decided:
    """Wait for an answer that counts; one that does not is asked for again, with the reason.

    An answer that raised would be handed to the node again and again, and nobody could ever give another one.
    """
    while True:
        answer = interrupt(question.model_dump(mode="json"), response_schema=Decision.model_json_schema())
        now = stage.parts.now()
        try:
            decision = Decision.model_validate(answer)
            check_answer(question, decision, now=now)
        except (ApprovalError, ValidationError) as error:
            problem = str(error) if isinstance(error, ApprovalError) else "The answer is no decision."
            question = question.model_copy(update={"problem": problem})
            continue
        made = decided(question, decision, run_id=stage.run, now=now)
        if stage.parts.approvals is None:
            return made
        return await asyncio.to_thread(stage.parts.approvals.record, made, tenant=stage.tenant)
