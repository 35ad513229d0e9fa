"""Submit: what an approver will be asked is written down, with when and until when, before the run waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from nexusplanner.domain.approval import Question, question_key
from nexusplanner.domain.audit import AuditNote
from nexusplanner.domain.change import Refusal
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, dump, load, load_all


async def submit(state: PlanState, stage: Stage) -> PlanState:
    """Put the question about the plan as it stands; whatever was answered before is no answer to it."""
    from nexusplanner.calculators.verification import plan_sha256

    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    number = _number(state) + 1
    content = plan_sha256(state["plan"])
    now, days = stage.parts.now(), stage.parts.expire_days
    question = Question(
        key=question_key(stage.run, content, number),
        number=number,
        plan_id=plan.id,
        plan_sha256=content,
        approvers=plan.brief.approvers,
        question=f"Approve plan {plan.id} for {plan.brief.name}: {plan.budget.total} {plan.budget.currency}?",
        asked_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
        refused=load_all(Refusal, state.get("refused", ()), memo=stage.memo),
    )
    await _note(question, stage)
    return {"question": dump(question), "decision": {}, "edits": [], "status": plan.status}


def _number(state: PlanState) -> int:
    return int(str(state["question"]["number"])) if state.get("question") else 0


async def _note(question: Question, stage: Stage) -> None:
    if stage.parts.audit is not None:
        note = AuditNote(
            action="decision.asked",
            subject=question.plan_id,
            details={
                "run": stage.run,
                "question": question.key,
                "sha256": question.plan_sha256,
                "approvers": list(question.approvers),
            },
        )
        await asyncio.to_thread(stage.parts.audit.append, note, tenant=stage.tenant)
